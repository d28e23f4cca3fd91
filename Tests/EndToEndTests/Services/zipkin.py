"""Sends a trace of three services with OpenTelemetry's Zipkin exporter to ENDPOINT, and says its ID."""

import os

from opentelemetry import trace
from opentelemetry.exporter.zipkin.json import ZipkinExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor


def tracer(service):
    provider = TracerProvider(
        resource=Resource({"service.name": service, "service.namespace": "shop", "host.name": f"{service}-0"})
    )
    exporter = ZipkinExporter(endpoint=os.environ["ENDPOINT"], local_node_ipv4="10.0.0.7", local_node_port=8080)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("zipkin-test", "1.0")


web, cart = tracer("Web"), tracer("Cart")
with web.start_as_current_span("GET /", kind=trace.SpanKind.SERVER, attributes={"number": 7, "yes": True}) as root:
    root.add_event("cache miss", {"key": "tea"})
    with web.start_as_current_span("cart", kind=trace.SpanKind.CLIENT, attributes={"server.address": "cart.example"}):
        with cart.start_as_current_span("GET /cart", kind=trace.SpanKind.SERVER) as served:
            served.set_status(trace.StatusCode.ERROR, "no room: ∅")
            with cart.start_as_current_span("think"):
                pass
    print(f"{root.get_span_context().trace_id:032x}")
