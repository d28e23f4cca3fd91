"""Knows the stock, from a real database; some goods are missing, some rationed, some break the program."""

import sqlite3

from opentelemetry import trace

import nodes
import service

tracer = trace.get_tracer("inventory")
COUNT = "SELECT count FROM stock WHERE item = ?"


def count(item):
    """The database's span is the client's: SQLite sends none."""
    attributes = {"db.system.name": "sqlite", "db.namespace": "stock", "db.query.text": COUNT}
    with tracer.start_as_current_span("SELECT stock", kind=trace.SpanKind.CLIENT, attributes=attributes) as span:
        with sqlite3.connect(":memory:") as stock:
            stock.execute("CREATE TABLE stock (item TEXT, count INTEGER)")
            stock.executemany("INSERT INTO stock VALUES (?, ?)", [("tea", 7), ("cup", 2)])
            row = stock.execute(COUNT, (item,)).fetchone()
        span.set_attribute("db.response.returned_rows", 1 if row else 0)
    nodes.calls(nodes.service("inventory"), nodes.database("sqlite", name="stock"), "database")
    return row[0] if row else None


def answer(path):
    item = path.split("/")[2]
    if item == "greedy":
        return 429, "one each"
    if item == "broken":
        try:
            with tracer.start_as_current_span("open the box"):
                raise ValueError("the box is empty: ∅")
        except ValueError as error:
            return 500, str(error)
    found = count(item)
    return (404, "no such thing") if found is None else (200, str(found))


service.run("inventory", answer)
