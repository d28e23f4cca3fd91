"""Asks TARGET for its health as gRPC's own tools do, and prints the status of each answer."""

import os

import grpc

channel = grpc.insecure_channel(os.environ["TARGET"])


def ask(method, service):
    call = channel.unary_unary(f"/grpc.health.v1.Health/{method}")
    try:
        return call(bytes([10, len(service)]) + service if service else b"", timeout=10).hex()
    except grpc.RpcError as error:
        return error.code().name


print(ask("Check", b""))
print(ask("Check", b"opentelemetry.proto.collector.trace.v1.TraceService"))
print(ask("Check", b"nobody"))
print(ask("Watch", b""))
