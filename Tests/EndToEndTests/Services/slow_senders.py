"""slow_senders.py PORT COUNT [again]: connects COUNT times to 127.0.0.1 and sends a byte of a request a second on each
connection.

Says "holding" on standard error when all are connected. Ends when the other side has closed all of them, after two
minutes at the latest, and prints how many were closed and after how many seconds the last of them. With "again" it
connects again within a second, as often as it is closed.
"""

import resource
import selectors
import socket
import sys
import time

port, count = int(sys.argv[1]), int(sys.argv[2])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
request = b"POST /v1/traces HTTP/1.1\r\nX-Never-Ends: " + b"a" * 1000
selector = selectors.DefaultSelector()


def connect():
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setblocking(False)
    connection.send(request[:1])
    selector.register(connection, selectors.EVENT_READ)


for _ in range(count):
    connect()
began = time.monotonic()
print("holding", file=sys.stderr, flush=True)
sent, closed = 1, 0
while (closed < count or "again" in sys.argv[3:]) and sent < 120:
    for key, _ in selector.select(timeout=max(0, began + sent - time.monotonic())):
        try:
            ended = not key.fileobj.recv(4096)
        except OSError:
            ended = True
        if ended:
            selector.unregister(key.fileobj)
            key.fileobj.close()
            closed += 1
    if time.monotonic() >= began + sent:
        for key in list(selector.get_map().values()):
            try:
                key.fileobj.send(request[sent : sent + 1])
            except OSError:
                pass
        sent += 1
        if "again" in sys.argv[3:]:
            for _ in range(closed):
                connect()
            closed = 0
print(closed, round(time.monotonic() - began, 1))
