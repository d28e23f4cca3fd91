"""Takes orders: remembers prices in Redis, has sales booked, and tells others by RabbitMQ."""

import os
import threading

import pika
import redis
from opentelemetry import trace
from opentelemetry.instrumentation.redis import RedisInstrumentor

import broker
import nodes
import service
import telemetry

HOST, PORT = os.environ["REDIS"].split(":")
SELF = nodes.service("checkout")
CACHE = nodes.cache("redis", HOST, PORT)

RedisInstrumentor().instrument()
cache = redis.Redis(HOST, int(PORT), decode_responses=True)
channel = broker.open_channel()
channel.confirm_delivery()
lock = threading.Lock()  # pika's channels are for one thread at a time


def price(item):
    with nodes.calling(SELF, CACHE, "database"):
        found = cache.get(f"price:{item}")
    if found:
        return 200, found
    status, found = service.call("catalog", f"/price/{item}")
    if status == 200:
        with nodes.calling(SELF, CACHE, "database"):
            cache.set(f"price:{item}", found)
    return status, found


def book(item):
    """Tries a second time if the ledger was not ready."""
    status, text = service.call("ledger", f"/book/{item}")
    return service.call("ledger", f"/book/{item}") if status == 503 else (status, text)


def send(exchange, key, item):
    with lock, nodes.calling(SELF, nodes.queue(exchange or key), "message"):
        channel.basic_publish(exchange, key, item.encode(), mandatory=True)


def count(item):
    with nodes.calling(SELF, CACHE, "database"):
        if item == "stuck":
            cache.lpush("price:stuck", "not a list")
        else:
            with cache.pipeline() as pipeline:
                pipeline.incr(f"sold:{item}").incr("sold").execute()


def order(item):
    for step in [price, book]:
        status, text = step(item)
        if status != 200:
            return status, text
    try:
        send("", "nowhere" if item == "lonely" else "orders", item)
        send("news", "", item)
        count(item)
    except (redis.ResponseError, pika.exceptions.UnroutableError) as error:
        return 500, str(error)
    return 200, text


def answer(path):
    trace_id = trace.get_current_span().get_span_context().trace_id
    telemetry.record("request", {"trace_id": f"{trace_id:032x}", "path": path})
    return order(path.split("/")[2])


service.run("checkout", answer)
