"""What the customer talks to: asks `orders` for goods and `pricing` for prices."""

import threading

from opentelemetry import trace

import service
import telemetry

tracer = trace.get_tracer("storefront", "1.2.3", schema_url="https://example.com/scope", attributes={"team": "front"})
_lock = threading.Lock()
_previous = None


def check_out(item):
    """An INTERNAL span that links to the check-out before it."""
    global _previous
    with _lock:
        links = [trace.Link(_previous, {"why": "the customer before", "place": 1})] if _previous else []
        with tracer.start_as_current_span("check out", links=links, attributes={"shop.item": item}) as span:
            _previous = span.get_span_context()
            span.add_event("basket packed", {"basket.items": 3, "basket.names": ["tea", "köttbullar", "🫖"]})
            status, text = service.call("orders", f"/orders/{item}")
            if status >= 500:
                span.set_status(trace.Status(trace.StatusCode.ERROR, f"orders said {status} — try again"))
            elif status < 400:
                span.set_status(trace.Status(trace.StatusCode.OK))
            return status, text


def answer(path):
    trace_id = trace.get_current_span().get_span_context().trace_id
    telemetry.record("request", {"trace_id": f"{trace_id:032x}", "path": path})
    _, action, item = path.split("/")
    return check_out(item) if action == "buy" else service.call("pricing", f"/price/{item}")


service.run("storefront", answer, **{"service.version": "1.2.3", "host.ip": ["10.0.0.1", "fe80::1"]})
