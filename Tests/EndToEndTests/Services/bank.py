"""Somebody else's server: it answers and traces nothing."""

import http.server
import sys


class Bank(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"charged")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bank)
print(f"serving {server.server_port}", file=sys.stderr, flush=True)
server.serve_forever()
