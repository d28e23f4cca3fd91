// The one way by which bytes from outside reach protobuf-c.
//
// Bare, protobuf-c recurses as deep as its input says and allocates up to 140 times its size. Here it gets memory from
// an arena that ends at a budget and that refuses when the stack has grown too far, upon which protobuf-c unwinds by
// itself. What was unpacked lives until the arena's next use.
#ifndef OTLP_UNPACK_H
#define OTLP_UNPACK_H

#include <stddef.h>
#include <stdint.h>

#include "google/rpc/status.pb-c.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.pb-c.h"
#include "opentelemetry/proto/common/v1/common.pb-c.h"
#include "opentelemetry/proto/resource/v1/resource.pb-c.h"
#include "opentelemetry/proto/trace/v1/trace.pb-c.h"

/// Memory for one message at a time. For one thread at a time.
typedef struct otlp_arena otlp_arena;

/// How unpacking ended.
typedef enum otlp_outcome {
  OTLP_UNPACKED,
  /// protobuf-c does not take the bytes for this message.
  OTLP_MALFORMED,
  /// The message would take more than min(64 MiB, 64 KiB + 32 x its length) of memory.
  OTLP_OVER_BUDGET,
  /// Messages inside one another would take more than 128 KiB of stack: about 66 arrays or 44 maps.
  OTLP_TOO_DEEP,
} otlp_outcome;

/// Takes address space, and memory only as it is used. NULL if the system has none.
otlp_arena *otlp_arena_create(void);

void otlp_arena_destroy(otlp_arena *arena);

/// Bytes of the arena that the message in it takes.
size_t otlp_arena_used(const otlp_arena *arena);

// Each of these lets go of what the arena held before. They return NULL unless *outcome is OTLP_UNPACKED.

Opentelemetry__Proto__Trace__V1__Span *otlp_unpack_span(
    otlp_arena *arena, const uint8_t *bytes, size_t length, otlp_outcome *outcome);

Opentelemetry__Proto__Resource__V1__Resource *otlp_unpack_resource(
    otlp_arena *arena, const uint8_t *bytes, size_t length, otlp_outcome *outcome);

Opentelemetry__Proto__Common__V1__InstrumentationScope *otlp_unpack_scope(
    otlp_arena *arena, const uint8_t *bytes, size_t length, otlp_outcome *outcome);

Opentelemetry__Proto__Collector__Trace__V1__ExportTraceServiceResponse *otlp_unpack_response(
    otlp_arena *arena, const uint8_t *bytes, size_t length, otlp_outcome *outcome);

Google__Rpc__Status *otlp_unpack_status(
    otlp_arena *arena, const uint8_t *bytes, size_t length, otlp_outcome *outcome);

/// The length that a string field had on the wire, NUL bytes in it counted. `string` is a field of a message in the
/// arena, so either an allocation of its own or protobuf-c's static empty string.
size_t otlp_string_length(const otlp_arena *arena, const char *string);

#endif
