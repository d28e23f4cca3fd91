"""Makes COUNT spans as fast as it can, in traces of 250, and ends when all are sent. Each trace goes on from a caller that
traces elsewhere, links to the one before, holds every type of attribute, and fails in places."""

import os

from opentelemetry import trace

import telemetry

provider = telemetry.start("burst")
tracer = provider.get_tracer("burst", "1.0", schema_url="https://example.com/scope", attributes={"team": "back"})
kinds = list(trace.SpanKind)
links = []
for number in range(int(os.environ["COUNT"]) // 250):
    caller = trace.SpanContext(
        provider.id_generator.generate_trace_id(),
        provider.id_generator.generate_span_id(),
        is_remote=True,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
        trace_state=trace.TraceState([("vendor", f"state-{number}"), ("other@vendor", "a:b")]),
    )
    outside = trace.set_span_in_context(trace.NonRecordingSpan(caller))
    with tracer.start_as_current_span(
        f"trace {number}", outside, trace.SpanKind.SERVER, telemetry.EVERY_TYPE, links
    ) as root:
        root.add_event("every type", telemetry.EVERY_TYPE)
        links = [trace.Link(root.get_span_context(), telemetry.EVERY_TYPE), trace.Link(caller)]
        telemetry.record("request", {"trace_id": f"{caller.trace_id:032x}"})
        for step in range(249):
            attributes = {"step": step, "text": f"näive {step}"}
            with tracer.start_as_current_span(f"step {step}", kind=kinds[step % 5], attributes=attributes) as span:
                span.add_event("event", {"even": step % 2 == 0})
                if step % 50 == 0:
                    span.record_exception(ValueError("the box is empty: ∅"))
                    span.set_status(trace.StatusCode.ERROR, f"step {step} failed")
    if number % 4 == 3:
        provider.force_flush()  # before the SDK's queue is full
provider.shutdown()
