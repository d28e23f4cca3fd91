"""RabbitMQ by pika, traced by its own instrumentation."""

import os
import signal
import sys
import threading

import pika
from opentelemetry.instrumentation.pika import PikaInstrumentor

import telemetry

PikaInstrumentor().instrument()


def open_channel():
    """A channel of a new connection, and the exchange `news`, which copies every message to all who listen."""
    host, port = os.environ["RABBITMQ"].split(":")
    channel = pika.BlockingConnection(pika.ConnectionParameters(host, int(port), heartbeat=0)).channel()
    channel.exchange_declare("news", "fanout")
    channel.basic_qos(prefetch_count=1)
    return channel


def run(name, channel, queue, take):
    """Calls `take`, which says whether there was a message, until SIGTERM has come and the queue is empty; then sends
    the spans that remain."""
    provider = telemetry.start(name)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    print("serving", file=sys.stderr, flush=True)
    idle = 0
    while idle < 2:  # the first time, a message may lie here already
        waiting = not stop.is_set() or channel.queue_declare(queue, passive=True).method.message_count > 0
        idle = 0 if take() or waiting else idle + 1
    provider.shutdown()
