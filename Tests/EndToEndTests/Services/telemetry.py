"""OpenTelemetry set up as any application does it, and beside it a record of all that the SDK had to send.

The record is a file of JSON lines, named by RECORD: `{"span": …}` for every finished span, in OTLP's JSON with every
field written out, `{"call": …}` for every call that the application made, `{"request": …}` for every one it answered.
"""

import base64
import json
import math
import os
import threading

from opentelemetry import trace
from opentelemetry.instrumentation.urllib import URLLibInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult

# Every type of attribute that the SDK can send.
EVERY_TYPE = {
    "text": "näive “text” 🦒 \u0000 \"quoted\" \\ \n\t",
    "text.empty": "",
    "ключ": "значение",
    "yes": True,
    "no": False,
    "int": 42,
    "int.zero": 0,
    "int.least": -(2**63),
    "int.most": 2**63 - 1,
    "double": 0.1,
    "double.whole": 3.0,
    "double.tiny": 5e-324,
    "double.huge": 1.7976931348623157e308,
    "double.infinite": float("inf"),
    "double.nan": float("nan"),
    "bytes": b"\x00\xff\x80spoor",
    "nothing": None,
    "texts": ["a", "", "ü"],
    "bools": [True, False],
    "ints": [1, -1, 2**53 + 1],
    "doubles": [0.5, -2.0],
    "empty": [],
    "mixed": ["a", 1, None, 2.5, True, [b"deep", ["deeper"]]],
    "map": {"a": 1, "b": {"c": ["d", {"e": False}]}, "none": {}},
    "long": "x" * 20_000,
}

_lock = threading.Lock()


def record(kind, fact):
    with _lock, open(os.environ["RECORD"], "a", encoding="utf-8") as file:
        file.write(json.dumps({kind: fact}) + "\n")


def exporter():
    """The exporter that OTEL_EXPORTER_OTLP_PROTOCOL asks for; all else it reads from the environment itself."""
    if os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    return OTLPSpanExporter()


def start(service, **attributes):
    """Sends what the service traces to OTEL_EXPORTER_OTLP_ENDPOINT; the result must be shut down."""
    resource = Resource.create(
        {"service.name": service, "service.namespace": "shop", **attributes}, schema_url="https://example.com/resource"
    )
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(exporter()))
    provider.add_span_processor(SimpleSpanProcessor(Recorder()))
    trace.set_tracer_provider(provider)
    URLLibInstrumentor().instrument()
    return provider


class Recorder(SpanExporter):
    def export(self, spans):
        for span in spans:
            record("span", span_fact(span))
        return SpanExportResult.SUCCESS


def span_fact(span):
    context, scope = span.get_span_context(), span.instrumentation_scope
    return {
        "traceId": f"{context.trace_id:032x}",
        "spanId": f"{context.span_id:016x}",
        "traceState": context.trace_state.to_header(),
        "parentSpanId": f"{span.parent.span_id:016x}" if span.parent else "",
        "flags": flags(span.parent),
        "name": span.name,
        "kind": span.kind.value + 1,
        "startTimeUnixNano": str(span.start_time),
        "endTimeUnixNano": str(span.end_time),
        "attributes": attributes_fact(span.attributes),
        "droppedAttributesCount": span.dropped_attributes,
        "events": [
            {
                "timeUnixNano": str(event.timestamp),
                "name": event.name,
                "attributes": attributes_fact(event.attributes),
                "droppedAttributesCount": event.dropped_attributes,
            }
            for event in span.events
        ],
        "droppedEventsCount": span.dropped_events,
        "links": [
            {
                "traceId": f"{link.context.trace_id:032x}",
                "spanId": f"{link.context.span_id:016x}",
                "traceState": "",  # this SDK's exporter leaves it out
                "attributes": attributes_fact(link.attributes),
                "droppedAttributesCount": link.dropped_attributes,
                "flags": flags(link.context),
            }
            for link in span.links
        ],
        "droppedLinksCount": span.dropped_links,
        "status": {"code": span.status.status_code.value, "message": span.status.description or ""},
        "resource": {
            "attributes": attributes_fact(span.resource.attributes),
            "droppedAttributesCount": 0,
            "schemaUrl": span.resource.schema_url,
        },
        "scope": {
            "name": scope.name,
            "version": scope.version or "",
            "attributes": attributes_fact(scope.attributes),
            "droppedAttributesCount": 0,
            "schemaUrl": scope.schema_url or "",
        },
    }


def flags(parent):
    """OTLP's bits 8 and 9: it is known whether the parent is remote, and it is."""
    return 0x100 | (0x200 if parent is not None and parent.is_remote else 0)


def attributes_fact(attributes):
    return [{"key": key, "value": value_fact(value)} for key, value in (attributes or {}).items()]


def value_fact(value):
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        if math.isfinite(value):
            return {"doubleValue": value}
        return {"doubleValue": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, bytes):
        return {"bytesValue": base64.b64encode(value).decode()}
    if hasattr(value, "items"):
        return {"kvlistValue": {"values": attributes_fact(value)}}
    return {"arrayValue": {"values": [value_fact(element) for element in value]}}
