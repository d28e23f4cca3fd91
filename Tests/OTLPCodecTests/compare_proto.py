"""Compares the descriptors in the file named with those of the installed opentelemetry-proto.

Every message, field, enum value, reserved number and method must be the same. Exits 1 and names what differs.
"""

import sys

from google.protobuf import descriptor_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.common.v1 import common_pb2
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.proto.trace.v1 import trace_pb2

MODULES = [common_pb2, resource_pb2, trace_pb2, trace_service_pb2]


def enum_facts(path, enum):
    yield path, "enum"
    for value in enum.value:
        yield f"{path}.{value.name}", value.number


def message_facts(path, message):
    yield path, "message"
    for field in message.field:
        oneof = message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else None
        yield f"{path}.{field.name}", (
            field.number,
            descriptor_pb2.FieldDescriptorProto.Type.Name(field.type),
            descriptor_pb2.FieldDescriptorProto.Label.Name(field.label),
            field.type_name,
            oneof,
            field.proto3_optional,
        )
    for reserved in message.reserved_range:
        yield f"{path} reserved {reserved.start}", reserved.end
    for nested in message.nested_type:
        yield from message_facts(f"{path}.{nested.name}", nested)
    for enum in message.enum_type:
        yield from enum_facts(f"{path}.{enum.name}", enum)


def file_facts(file):
    yield file.name, (file.package, file.syntax)
    for message in file.message_type:
        yield from message_facts(f"{file.package}.{message.name}", message)
    for enum in file.enum_type:
        yield from enum_facts(f"{file.package}.{enum.name}", enum)
    for service in file.service:
        for method in service.method:
            yield f"{file.package}.{service.name}.{method.name}", (
                method.input_type,
                method.output_type,
                method.client_streaming,
                method.server_streaming,
            )


def main():
    ours, theirs = {}, {}
    descriptors = descriptor_pb2.FileDescriptorSet()
    with open(sys.argv[1], "rb") as file:
        descriptors.ParseFromString(file.read())
    for file in descriptors.file:
        ours.update(file_facts(file))
    for module in MODULES:
        file = descriptor_pb2.FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        theirs.update(file_facts(file))
    differences = [name for name in sorted(ours.keys() | theirs.keys()) if ours.get(name) != theirs.get(name)]
    for name in differences:
        print(f"{name}: ours {ours.get(name)}, theirs {theirs.get(name)}")
    if len(theirs) < 50:
        differences.append("too few descriptors")
        print("opentelemetry-proto has too few descriptors")
    sys.exit(1 if differences else 0)


main()
