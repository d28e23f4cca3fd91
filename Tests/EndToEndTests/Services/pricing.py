"""Sets the price, in a span that holds every type of attribute that the SDK can send."""

from opentelemetry import trace

import service

tracer = trace.get_tracer("pricing", "0.1")

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


def answer(path):
    with tracer.start_as_current_span("set price", attributes=EVERY_TYPE) as span:
        span.add_event("nothing to say")
        span.add_event("every type", EVERY_TYPE)
        span.update_name("set the price")
    return 200, "12.50"


service.run("pricing", answer)
