"""A web service over the standard library's WSGI server, traced by OpenTelemetry's own instrumentations."""

import json
import os
import signal
import socketserver
import sys
import threading
import urllib.error
import urllib.request
import wsgiref.simple_server

from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware

import nodes
import telemetry


def outcome(status):
    """What a call with this HTTP status counts as on the map."""
    return "throttle" if status == 429 else "fault" if status >= 500 else "error" if status >= 400 else "ok"


def call(callee, path, kind="call"):
    """Calls another service, whose URL CALLEES holds, and records that it did. One that traces nothing is no service on
    the map, but an address."""
    server = json.loads(os.environ["CALLEES"])[callee]
    url = server + path
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            status, body = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    on_map = nodes.service(callee) if kind == "call" else "external:" + server.removeprefix("http://")
    nodes.calls(nodes.service(_name), on_map, kind, outcome(status))
    return status, body.decode()


class _Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = False  # so that closing waits for the spans of requests under way


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


def run(name, answer, **attributes):
    """Serves `answer(path) -> (status, text)` on a free port until SIGTERM, then sends the spans that remain."""
    global _name
    _name = name
    provider = telemetry.start(name, **attributes)

    def application(environ, start_response):
        status, text = answer(environ["PATH_INFO"])
        start_response(f"{status} {'OK' if status < 400 else 'Failed'}", [("Content-Type", "text/plain")])
        return [text.encode()]

    server = wsgiref.simple_server.make_server(
        "127.0.0.1", 0, OpenTelemetryMiddleware(application), server_class=_Server, handler_class=_Quiet
    )
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"serving {server.server_port}", file=sys.stderr, flush=True)
    server.serve_forever()
    server.server_close()
    provider.shutdown()
