"""Tells customers the news. It fetches messages one by one, which pika's instrumentation does not see, and traces each
as the messaging conventions of today want it: a trace of its own, whose CONSUMER span links to the one that sent it.
Of the cup it does not say where the message came from, which the link alone then tells."""

import time

from opentelemetry import propagate, trace
from opentelemetry.context import Context

import broker
import nodes

SELF, NEWS = nodes.service("mailer"), nodes.queue("news")
ATTRIBUTES = {
    "messaging.system": "rabbitmq",
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
}

tracer = trace.get_tracer("mailer")
channel = broker.open_channel()
channel.queue_declare("news.mailer")
channel.queue_bind("news.mailer", "news")


def take():
    method, properties, body = channel.basic_get("news.mailer", auto_ack=True)
    if not method:
        time.sleep(0.02)
        return False
    sender = trace.get_current_span(propagate.extract(properties.headers)).get_span_context()
    with tracer.start_as_current_span(
        "process news",
        context=Context(),
        kind=trace.SpanKind.CONSUMER,
        attributes=ATTRIBUTES,
        links=[trace.Link(sender)],
    ) as span:
        if body != b"cup":
            span.set_attribute("messaging.destination.name", "news")
        if body == b"tea":
            span.set_attribute("error.type", "no_address")
            span.set_status(trace.Status(trace.StatusCode.ERROR, "nobody to tell"))
            nodes.calls(NEWS, SELF, "message", "fault")
        else:
            nodes.calls(NEWS, SELF, "message")
    return True


broker.run("mailer", channel, "news.mailer", take)
