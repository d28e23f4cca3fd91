"""Counts the news. It takes messages out of pika's generator; their spans say nothing of the broker's address."""

import broker
import nodes

SELF, NEWS = nodes.service("analytics"), nodes.queue("news")

channel = broker.open_channel()
channel.queue_declare("news.analytics")
channel.queue_bind("news.analytics", "news")
messages = channel.consume("news.analytics", inactivity_timeout=0.02)


def take():
    method, _, _ = next(messages)
    if method:
        nodes.calls(NEWS, SELF, "message")
        channel.basic_ack(method.delivery_tag)
    return method is not None


broker.run("analytics", channel, "news.analytics", take)
