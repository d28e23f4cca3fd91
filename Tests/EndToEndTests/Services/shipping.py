"""Ships what was ordered. The message's span is the child of the one that sent it, and one that breaks fails."""

import os

import redis
from opentelemetry.instrumentation.redis import RedisInstrumentor

import broker
import nodes

HOST, PORT = os.environ["REDIS"].split(":")
SELF, ORDERS = nodes.service("shipping"), nodes.queue("orders")
PARCELS = nodes.cache("redis", HOST, PORT)

RedisInstrumentor().instrument()
parcels = redis.Redis(HOST, int(PORT))
channel = broker.open_channel()
channel.queue_declare("orders")
taken = 0


class Broken(Exception):
    pass


def ship(channel, method, properties, body):
    global taken
    taken += 1
    with nodes.calling(ORDERS, SELF, "message"):
        if body == b"cup":
            channel.basic_reject(method.delivery_tag, requeue=False)
            raise Broken("the cup fell down")
        with nodes.calling(SELF, PARCELS, "database"):
            parcels.hincrby("parcels", body, 1)
        channel.basic_ack(method.delivery_tag)


def take():
    before = taken
    try:
        channel.connection.process_data_events(time_limit=0.02)
    except Broken:
        pass
    return taken > before


channel.basic_consume("orders", ship)
broker.run("shipping", channel, "orders", take)
