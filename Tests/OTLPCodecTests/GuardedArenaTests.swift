import COTLP
import Foundation
import Testing

/// The C guard by itself, without the reader of the wire in front of it.
@Suite struct GuardedArenaTests {
  private func unpackSpan(_ bytes: [UInt8]) -> (outcome: otlp_outcome, used: Int) {
    let arena = unsafe otlp_arena_create()
    defer { unsafe otlp_arena_destroy(arena) }
    var outcome = OTLP_MALFORMED
    let span = unsafe otlp_unpack_span(arena, bytes, bytes.count, &outcome)
    #expect(unsafe (span != nil) == (outcome == OTLP_UNPACKED))
    return unsafe (outcome, otlp_arena_used(arena))
  }

  @Test func `nesting that would overflow the stack is refused as too deep`() {
    for levels in [100, 5_000, 100_000] {
      #expect(unpackSpan(Wire.span(value: Wire.nestedArrays(levels))).outcome == OTLP_TOO_DEEP)
      #expect(unpackSpan(Wire.span(value: Wire.nestedMaps(levels))).outcome == OTLP_TOO_DEEP)
    }
    #expect(unpackSpan(Wire.span(value: Wire.nestedArrays(32))).outcome == OTLP_UNPACKED)
    #expect(unpackSpan(Wire.span(value: Wire.nestedMaps(32))).outcome == OTLP_UNPACKED)
  }

  @Test func `nesting is refused on a small stack too`() {
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      #expect(self.unpackSpan(Wire.span(value: Wire.nestedMaps(100_000))).outcome == OTLP_TOO_DEEP)
      done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    done.wait()
  }

  @Test func `a message stays within its budget or is refused`() {
    for count in [10, 1_000, 20_000, 200_000] {
      let bytes = [[UInt8]](repeating: Wire.field(13, []), count: count).flatMap { $0 }
      let (outcome, used) = unpackSpan(bytes)
      #expect(used <= 64 << 10 + 32 * bytes.count)
      #expect(outcome == (count <= 500 ? OTLP_UNPACKED : count >= 20_000 ? OTLP_OVER_BUDGET : outcome))
    }
    let name = Wire.field(5, [UInt8](repeating: 0x61, count: 3 << 20))
    #expect(unpackSpan(name).outcome == OTLP_UNPACKED)
  }

  @Test func `what is no message is malformed`() {
    for bytes: [UInt8] in [[0x0a], [0x0a, 5], [0x0b], [0x08, 0x01], [0x00]] {
      #expect(unpackSpan(bytes).outcome == OTLP_MALFORMED)
    }
    #expect(unpackSpan([]).outcome == OTLP_UNPACKED)
  }

  @Test func `the length of a string counts the NUL bytes in it`() {
    let arena = unsafe otlp_arena_create()
    defer { unsafe otlp_arena_destroy(arena) }
    let bytes = Wire.field(5, "a\0b\0") + Wire.field(3, "")
    var outcome = OTLP_MALFORMED
    let span = unsafe otlp_unpack_span(arena, bytes, bytes.count, &outcome)
    #expect(unsafe otlp_string_length(arena, span?.pointee.name) == 4)
    #expect(unsafe otlp_string_length(arena, span?.pointee.trace_state) == 0)
    let empty = unsafe otlp_unpack_span(arena, bytes, 0, &outcome)
    #expect(unsafe otlp_string_length(arena, empty?.pointee.name) == 0)
  }
}
