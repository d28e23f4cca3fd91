#define _GNU_SOURCE
#include "unpack/otlp_unpack.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
  BUDGET_MAX = 64 << 20,
  BUDGET_FLOOR = 64 << 10,
  // Real traffic takes 4 times its length, the worst that no sender means 140 times.
  BUDGET_FACTOR = 32,
  STACK_MAX = 128 << 10,
  // What stays resident between messages.
  KEPT = 1 << 20,
  // The size of an allocation stands in front of it; 8 is also the strictest alignment of any field.
  HEADER = sizeof(uint64_t),
};

struct otlp_arena {
  uint8_t *memory;
  size_t used;
  size_t budget;
  const char *entry_frame;
  otlp_outcome refusal;
};

static void *allocate(void *data, size_t size) {
  otlp_arena *arena = data;
  // protobuf-c allocates once for each message inside another, so this sees every level of its recursion.
  // The stack grows downwards on every machine that Swift runs on.
  const char *frame = __builtin_frame_address(0);
  if (frame < arena->entry_frame && (size_t)(arena->entry_frame - frame) > STACK_MAX) {
    arena->refusal = OTLP_TOO_DEEP;
    return NULL;
  }
  size_t left = arena->budget - arena->used;
  if (size > left || ((size + HEADER + 7) & ~(size_t)7) > left) {
    arena->refusal = OTLP_OVER_BUDGET;
    return NULL;
  }
  uint8_t *header = arena->memory + arena->used;
  *(uint64_t *)header = size;
  arena->used += (size + HEADER + 7) & ~(size_t)7;
  return header + HEADER;
}

// All is let go of at once, by the next message.
static void release(void *data, void *pointer) {
  (void)data;
  (void)pointer;
}

otlp_arena *otlp_arena_create(void) {
  otlp_arena *arena = calloc(1, sizeof *arena);
  if (arena == NULL) return NULL;
  arena->memory =
      mmap(NULL, BUDGET_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (arena->memory == MAP_FAILED) {
    free(arena);
    return NULL;
  }
  return arena;
}

void otlp_arena_destroy(otlp_arena *arena) {
  if (arena == NULL) return;
  munmap(arena->memory, BUDGET_MAX);
  free(arena);
}

size_t otlp_arena_used(const otlp_arena *arena) { return arena->used; }

// Not inlined, so that its frame is the one below which protobuf-c's begin.
__attribute__((noinline)) static ProtobufCMessage *unpack(
    otlp_arena *arena, const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes, size_t length,
    otlp_outcome *outcome) {
  if (arena->used > KEPT) madvise(arena->memory + KEPT, arena->used - KEPT, MADV_DONTNEED);
  arena->used = 0;
  arena->budget =
      length > (BUDGET_MAX - BUDGET_FLOOR) / BUDGET_FACTOR ? BUDGET_MAX : BUDGET_FLOOR + BUDGET_FACTOR * length;
  arena->entry_frame = __builtin_frame_address(0);
  arena->refusal = OTLP_MALFORMED;
  ProtobufCAllocator allocator = {allocate, release, arena};
  ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, &allocator, length, bytes);
  *outcome = message != NULL ? OTLP_UNPACKED : arena->refusal;
  return message;
}

Opentelemetry__Proto__Trace__V1__Span *otlp_unpack_span(
    otlp_arena *arena, const uint8_t *bytes, size_t length, otlp_outcome *outcome) {
  return (Opentelemetry__Proto__Trace__V1__Span *)unpack(
      arena, &opentelemetry__proto__trace__v1__span__descriptor, bytes, length, outcome);
}

Opentelemetry__Proto__Resource__V1__Resource *otlp_unpack_resource(
    otlp_arena *arena, const uint8_t *bytes, size_t length, otlp_outcome *outcome) {
  return (Opentelemetry__Proto__Resource__V1__Resource *)unpack(
      arena, &opentelemetry__proto__resource__v1__resource__descriptor, bytes, length, outcome);
}

Opentelemetry__Proto__Common__V1__InstrumentationScope *otlp_unpack_scope(
    otlp_arena *arena, const uint8_t *bytes, size_t length, otlp_outcome *outcome) {
  return (Opentelemetry__Proto__Common__V1__InstrumentationScope *)unpack(
      arena, &opentelemetry__proto__common__v1__instrumentation_scope__descriptor, bytes, length, outcome);
}

Opentelemetry__Proto__Collector__Trace__V1__ExportTraceServiceResponse *otlp_unpack_response(
    otlp_arena *arena, const uint8_t *bytes, size_t length, otlp_outcome *outcome) {
  return (Opentelemetry__Proto__Collector__Trace__V1__ExportTraceServiceResponse *)unpack(
      arena, &opentelemetry__proto__collector__trace__v1__export_trace_service_response__descriptor, bytes, length,
      outcome);
}

Google__Rpc__Status *otlp_unpack_status(
    otlp_arena *arena, const uint8_t *bytes, size_t length, otlp_outcome *outcome) {
  return (Google__Rpc__Status *)unpack(arena, &google__rpc__status__descriptor, bytes, length, outcome);
}

size_t otlp_string_length(const otlp_arena *arena, const char *string) {
  const uint8_t *address = (const uint8_t *)string;
  if (address < arena->memory + HEADER || address >= arena->memory + arena->used) return 0;
  return *(const uint64_t *)(address - HEADER) - 1;
}
