"""Books what was sold: in PostgreSQL by psycopg2, with the semantic conventions before the stable ones."""

import os
import threading

import psycopg2
from opentelemetry.instrumentation.psycopg2 import Psycopg2Instrumentor

import nodes
import service

HOST, PORT = os.environ["POSTGRES"].split(":")
SELF = nodes.service("ledger")
BOOKS = nodes.database("postgresql", HOST, PORT, "ledger")

Psycopg2Instrumentor().instrument()
connection = psycopg2.connect(host=HOST, port=PORT, user="shop", dbname="ledger")
connection.autocommit = True
with connection.cursor() as cursor:  # nothing is traced before the service runs
    cursor.execute("CREATE TABLE bookings (number SERIAL PRIMARY KEY, item TEXT, once TEXT UNIQUE)")
    cursor.execute("INSERT INTO bookings (item, once) VALUES ('twice', 'twice')")
lock = threading.Lock()
seen = set()


def execute(statement, *values):
    with lock, connection.cursor() as cursor, nodes.calling(SELF, BOOKS, "database"):
        cursor.execute(statement, values)
        return cursor.fetchone()


def answer(path):
    item = path.split("/")[2]
    if item == "greedy":
        return 429, "one each"
    if item == "flaky" and item not in seen:
        seen.add(item)
        return 503, "try again"
    try:
        once = item if item == "twice" else None
        number = execute("INSERT INTO bookings (item, once) VALUES (%s, %s) RETURNING number", item, once)[0]
    except psycopg2.errors.UniqueViolation as error:
        return 409, str(error)
    execute("SELECT count(*) FROM bookings WHERE item = %s", item)
    return service.call("archive", f"/archive/{number}")


service.run("ledger", answer)
