"""The request of Examples.swift, made and read by opentelemetry-proto.

pack: writes it as protobuf. json: writes it as OTLP's JSON. compare, compare-json: read a request from standard input
and exit 1 unless it is this one. answer: prints the ExportTraceServiceResponse on standard input.
"""

import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import (
    AnyValue,
    ArrayValue,
    EntityRef,
    InstrumentationScope,
    KeyValue,
    KeyValueList,
)
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status


def value(x):
    if x is None:
        return AnyValue()
    if isinstance(x, bool):
        return AnyValue(bool_value=x)
    if isinstance(x, int):
        return AnyValue(int_value=x)
    if isinstance(x, float):
        return AnyValue(double_value=x)
    if isinstance(x, str):
        return AnyValue(string_value=x)
    if isinstance(x, bytes):
        return AnyValue(bytes_value=x)
    if isinstance(x, list):
        return AnyValue(array_value=ArrayValue(values=[value(element) for element in x]))
    return AnyValue(kvlist_value=KeyValueList(values=attributes(x)))


def attributes(pairs):
    return [KeyValue(key=key, value=value(x)) for key, x in pairs.items()]


TRACE_ID = bytes(range(1, 17))
SPAN_ID = bytes.fromhex("eee19b7ec3c1b174")

REQUEST = ExportTraceServiceRequest(
    resource_spans=[
        ResourceSpans(
            resource=Resource(
                attributes=attributes(
                    {
                        "service.name": "cart",
                        "none": None,
                        "yes": True,
                        "no": False,
                        "least": -(2**63),
                        "zero": 0,
                        "pi": 3.141592653589793,
                        "bytes": b"\x00\x01\xfe\xff",
                        "empty": "",
                        "nul": "a\0b",
                        "array": ["x", None, [1, []], b""],
                        "map": {"inner": {"ü": -0.0}, "": None},
                    }
                ),
                dropped_attributes_count=7,
                entity_refs=[
                    EntityRef(
                        schema_url="https://example.org/entity",
                        type="service",
                        id_keys=["service.name"],
                        description_keys=["service.version", "a\0b"],
                    )
                ],
            ),
            schema_url="https://example.org/resource",
            scope_spans=[
                ScopeSpans(
                    scope=InstrumentationScope(
                        name="shop",
                        version="1.2.3",
                        attributes=attributes({"build": 42}),
                        dropped_attributes_count=1,
                    ),
                    schema_url="https://example.org/scope",
                    spans=[
                        Span(
                            trace_id=TRACE_ID,
                            span_id=SPAN_ID,
                            trace_state="vendor=1",
                            flags=0x101,
                            name="GET /cart",
                            kind=Span.SPAN_KIND_SERVER,
                            start_time_unix_nano=1_700_000_000_000_000_001,
                            end_time_unix_nano=1_700_000_000_250_000_002,
                            attributes=attributes({"http.request.method": "GET", "http.response.status_code": 500}),
                            dropped_attributes_count=2,
                            events=[
                                Span.Event(
                                    time_unix_nano=1_700_000_000_100_000_000,
                                    name="exception",
                                    attributes=attributes({"exception.type": "Oops"}),
                                    dropped_attributes_count=3,
                                )
                            ],
                            dropped_events_count=4,
                            links=[
                                Span.Link(
                                    trace_id=(1).to_bytes(8, "big") + (2).to_bytes(8, "big"),
                                    span_id=(3).to_bytes(8, "big"),
                                    trace_state="other=2",
                                    attributes=attributes({"link": True}),
                                    dropped_attributes_count=5,
                                    flags=0x300,
                                ),
                                Span.Link(trace_id=bytes(16), span_id=bytes(8)),
                            ],
                            dropped_links_count=6,
                            status=Status(code=Status.STATUS_CODE_ERROR, message="it broke"),
                        )
                    ],
                ),
                ScopeSpans(
                    scope=InstrumentationScope(name="db"),
                    spans=[
                        Span(
                            trace_id=TRACE_ID,
                            span_id=bytes.fromhex("eee19b7ec3c1b175"),
                            parent_span_id=SPAN_ID,
                            name="SELECT",
                            kind=Span.SPAN_KIND_CLIENT,
                            start_time_unix_nano=2**64 - 1,
                        )
                    ],
                ),
            ],
        ),
        ResourceSpans(
            resource=Resource(),
            scope_spans=[
                ScopeSpans(
                    scope=InstrumentationScope(),
                    spans=[
                        Span(
                            trace_id=TRACE_ID,
                            span_id=(1).to_bytes(8, "big"),
                            start_time_unix_nano=5,
                            end_time_unix_nano=6,
                        )
                    ],
                )
            ],
        ),
    ]
)

IDS = {"traceId", "spanId", "parentSpanId"}


def with_ids(tree, convert):
    """OTLP's JSON differs from protobuf's in the IDs, which are hexadecimal instead of base64."""
    if isinstance(tree, list):
        return [with_ids(element, convert) for element in tree]
    if isinstance(tree, dict):
        return {key: convert(x) if key in IDS else with_ids(x, convert) for key, x in tree.items()}
    return tree


def compare(request):
    if request == REQUEST and request.SerializeToString(deterministic=True) == REQUEST.SerializeToString(
        deterministic=True
    ):
        return 0
    print(f"expected {REQUEST}\nbut got {request}")
    return 1


def main():
    mode = sys.argv[1]
    if mode == "pack":
        sys.stdout.buffer.write(REQUEST.SerializeToString())
    elif mode == "json":
        tree = json_format.MessageToDict(REQUEST, use_integers_for_enums=True)
        json.dump(with_ids(tree, lambda text: base64.b64decode(text).hex()), sys.stdout)
    elif mode == "compare":
        sys.exit(compare(ExportTraceServiceRequest.FromString(sys.stdin.buffer.read())))
    elif mode == "compare-json":
        tree = with_ids(json.load(sys.stdin), lambda text: base64.b64encode(bytes.fromhex(text)).decode())
        sys.exit(compare(json_format.ParseDict(tree, ExportTraceServiceRequest())))
    elif mode == "answer":
        partial = ExportTraceServiceResponse.FromString(sys.stdin.buffer.read()).partial_success
        print(partial.rejected_spans, partial.error_message)


main()
