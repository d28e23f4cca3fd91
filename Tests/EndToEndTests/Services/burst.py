"""Makes COUNT spans as fast as it can, in traces of 250, and ends when all are sent."""

import os

import telemetry

provider = telemetry.start("burst")
tracer = provider.get_tracer("burst", "1.0")
for number in range(int(os.environ["COUNT"]) // 250):
    with tracer.start_as_current_span(f"trace {number}", attributes={"number": number}) as root:
        telemetry.record("request", {"trace_id": f"{root.get_span_context().trace_id:032x}"})
        for step in range(249):
            with tracer.start_as_current_span(f"step {step}", attributes={"step": step, "text": f"näive {step}"}) as span:
                span.add_event("event", {"even": step % 2 == 0})
    if number % 4 == 3:
        provider.force_flush()  # before the SDK's queue is full
provider.shutdown()
