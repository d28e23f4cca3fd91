"""Whom a service talks to, by the ID that the node must have on the map, and the record of each call.

What the instrumentations of 0.66b1 put into their spans, which are of kind CLIENT, PRODUCER and CONSUMER, by default
and where OTEL_SEMCONV_STABILITY_OPT_IN says `database`. If it says `http` too, `net.peer.name` and `net.peer.port`
become `server.address` and `server.port`, `net.transport` becomes `network.transport`; but not for pika, which knows
one way.

  ==============  ======================================================  =============================================
  sqlalchemy      db.system db.name db.statement db.operation db.user     db.system.name db.namespace db.query.text
                  net.peer.name net.peer.port                             db.operation.name net.peer.name net.peer.port
  … for SQLite    without db.user and net.peer; db.name is the file       without net.peer
  psycopg2,       db.system db.name db.statement db.user                  db.system.name db.namespace db.query.text
  psycopg         net.peer.name net.peer.port                             net.peer.name net.peer.port
  redis           db.system db.statement db.redis.database_index          db.system.name db.query.text
                  net.peer.name net.peer.port net.transport               net.peer.name net.peer.port net.transport
  pika, sending   messaging.system messaging.destination                  the same
                  messaging.temp_destination, which is always true
                  net.peer.name net.peer.port
  … receiving     messaging.system messaging.destination                  the same
                  messaging.operation, which is `receive`
                  net.peer.name net.peer.port, but not by `consume`
  ==============  ======================================================  =============================================

SQLAlchemy's traces taking a connection out of its pool, too. (Where psycopg2's is there as well, a query makes two
spans side by side, which nothing tells from two queries: one of them is enough.) Pika's lies on top of itself: a
BlockingChannel's `basic_publish` is traced, and that of the Channel beneath it, one span within the other, and only the
outer one fails if the broker refuses. The destination is the exchange, or the queue if that has no name.
"""

import contextlib

import telemetry


def service(name):
    return f"service:shop/{name}"


def database(system, host=None, port=None, name=None):
    return f"database:{system}" + (f"@{host}:{port}" if host else "") + (f"/{name}" if name else "")


def cache(system, host, port):
    return f"cache:{system}@{host}:{port}"


def queue(name):
    return f"queue:rabbitmq/{name}"


def calls(caller, callee, kind, outcome="ok"):
    telemetry.record("call", {"caller": caller, "callee": callee, "kind": kind, "outcome": outcome})


@contextlib.contextmanager
def calling(caller, callee, kind):
    """Records one call, made inside of it, as a fault if it raises."""
    try:
        yield
    except BaseException:
        calls(caller, callee, kind, "fault")
        raise
    calls(caller, callee, kind)
