"""Sets the price, in a span that holds every type of attribute that the SDK can send."""

from opentelemetry import trace

import service
import telemetry

tracer = trace.get_tracer("pricing", "0.1")


def answer(path):
    with tracer.start_as_current_span("set price", attributes=telemetry.EVERY_TYPE) as span:
        span.add_event("nothing to say")
        span.add_event("every type", telemetry.EVERY_TYPE)
        span.update_name("set the price")
    return 200, "12.50"


service.run("pricing", answer)
