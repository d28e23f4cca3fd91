"""Knows the prices: from SQLite through SQLAlchemy."""

import os

import sqlalchemy
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor

import nodes
import service

SELF = nodes.service("catalog")
PRICES = nodes.database("sqlite", name=os.environ["PRICES"])

SQLAlchemyInstrumentor().instrument()
engine = sqlalchemy.create_engine("sqlite:///" + os.environ["PRICES"])
with engine.begin() as connection:  # nothing is traced before the service runs
    connection.execute(sqlalchemy.text("CREATE TABLE prices (item TEXT PRIMARY KEY, price TEXT)"))
    for item in ["tea", "cup", "greedy", "twice", "flaky", "stuck", "lonely"]:
        connection.execute(sqlalchemy.text("INSERT INTO prices VALUES (:item, '12.50')"), {"item": item})


def price(item):
    table = "no_such_table" if item == "broken" else "prices"
    with nodes.calling(SELF, PRICES, "database"):
        connection = engine.connect()
    with connection, nodes.calling(SELF, PRICES, "database"):
        return connection.execute(
            sqlalchemy.text(f"SELECT price FROM {table} WHERE item = :item"), {"item": item}
        ).scalar()


def answer(path):
    try:
        found = price(path.split("/")[2])
    except sqlalchemy.exc.OperationalError as error:
        return 500, str(error.orig)
    return (200, found) if found else (404, "no such thing")


service.run("catalog", answer)
