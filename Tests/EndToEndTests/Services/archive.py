"""Keeps what was booked, with the stable semantic conventions: reads the books in PostgreSQL through SQLAlchemy,
and writes to another database of the same server by psycopg 3."""

import os

import psycopg
import sqlalchemy
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor

import nodes
import service

HOST, PORT = os.environ["POSTGRES"].split(":")
SELF = nodes.service("archive")
BOOKS = nodes.database("postgresql", HOST, PORT, "ledger")
SHELVES = nodes.database("postgresql", HOST, PORT, "archive")

SQLAlchemyInstrumentor().instrument()
PsycopgInstrumentor().instrument()
books = sqlalchemy.create_engine(f"postgresql+psycopg2://shop@{HOST}:{PORT}/ledger")
books.connect().close()  # SQLAlchemy's own first questions; nothing is traced before the service runs
with psycopg.connect(host=HOST, port=PORT, user="shop", dbname="archive") as connection:
    connection.execute("CREATE TABLE shelves (number INTEGER, item TEXT)")


def answer(path):
    number = int(path.split("/")[2])
    with nodes.calling(SELF, BOOKS, "database"):
        reading = books.connect()
    with reading, nodes.calling(SELF, BOOKS, "database"):
        item = reading.execute(sqlalchemy.text("SELECT item FROM bookings WHERE number = :n"), {"n": number}).scalar()
    with psycopg.connect(host=HOST, port=PORT, user="shop", dbname="archive") as writing:
        with nodes.calling(SELF, SHELVES, "database"):
            writing.execute("INSERT INTO shelves VALUES (%s, %s)", (number, item))
    return 200, str(number)


service.run("archive", answer)
