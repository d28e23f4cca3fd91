import Testing

/// A request that no honest sender sends.
struct HostilePayload: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var bytes: [UInt8]

  /// All of these are to be refused whole.
  static let all: [HostilePayload] = [
    HostilePayload("cut off in the middle of a span") { $0 = Array(good.dropLast(5)) },
    HostilePayload("cut off in a tag") { $0 = good + [0x8A] },
    HostilePayload("bytes of text") { $0 = Array("GET / HTTP/1.1\r\n\r\n".utf8) },
    HostilePayload("bytes of noise") { $0 = Array(repeating: 0xFF, count: 1000) },
    HostilePayload("a wire type that does not exist") { $0 = good + [0x0F, 1, 2, 3] },
    HostilePayload("a field numbered zero") { $0 = good + [0x02, 0x00] },
    HostilePayload("a group") { $0 = good + [0x0B, 0x0C] },
    HostilePayload("a number where resource spans belong") { $0 = Protobuf.make { $0.varint(1, 7) } },
    HostilePayload("a number where the trace ID belongs") { $0 = inSpan { $0.varint(1, 7) } },
    HostilePayload("a varint where a fixed64 belongs") { $0 = inSpan { $0.varint(7, 7) } },
    HostilePayload("a length past the end") { $0 = [0x0A, 0x7F, 0x00] },
    HostilePayload("a length of 2^63") { $0 = [0x0A] + Protobuf.varint(1 << 63) + [0x00] },
    HostilePayload("a varint that never ends") { $0 = [0x0A] + Array(repeating: 0x80, count: 64) },
    HostilePayload("an inner length past its parent's end") {
      $0 = Protobuf.make { $0.bytes(1, [0x12, 0x7F]) } + Array(repeating: 0, count: 200)
    },
    HostilePayload("30 KB of values inside one another") { $0 = inSpan { $0.bytes(9, attribute(nested: 4_000)) } },
    HostilePayload("values 100,000 deep in a span") { $0 = inSpan { $0.bytes(9, attribute(nested: 100_000)) } },
    HostilePayload("values 100,000 deep in a resource") {
      $0 = Protobuf.make { $0.message(1) { $0.message(1) { $0.bytes(1, attribute(nested: 100_000)) } } }
    },
    HostilePayload("one resource 50,000 times") {
      let resource = Protobuf.make { $0.message(1) { $0.message(1) { $0.text(1, "service.name") } } }
      $0 = Protobuf.make { $0.bytes(1, Array(repeatElement(resource, count: 50_000).joined())) }
    },
  ]

  private init(_ description: String, _ make: (inout [UInt8]) -> Void) {
    testDescription = description
    bytes = []
    make(&bytes)
  }

  /// So many empty spans, at two bytes each.
  static func emptySpans(_ count: Int) -> [UInt8] {
    var spans = [UInt8](repeating: 0, count: count * 2)
    for index in 0..<count { spans[2 * index] = 0x12 }
    return Protobuf.make { $0.message(1) { $0.bytes(2, spans) } }
  }

  /// A zstd frame of so many zeros, rounded down to blocks of 128 KiB at four bytes each.
  static func zstdBomb(_ byteCount: Int) -> [UInt8] {
    let blocks = byteCount >> 17
    var bytes: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58]
    for block in 1...blocks {
      let header = (1 << 17) << 3 | 1 << 1 | (block == blocks ? 1 : 0)
      bytes += [UInt8(header & 0xFF), UInt8(header >> 8 & 0xFF), UInt8(header >> 16), 0]
    }
    return bytes
  }

  private static let good = MadeUpSpan.request([
    MadeUpSpan(service: "good", traceID: MadeUpSpan.traceID(0xBAD), spanID: MadeUpSpan.spanID(0xBAD))
  ])

  private static func inSpan(_ build: (inout Protobuf) -> Void) -> [UInt8] {
    Protobuf.make { $0.message(1) { $0.message(2) { $0.message(2, build) } } }
  }

  /// A KeyValue whose value holds so many arrays inside one another. Each array begins before the next and ends with
  /// it, so the beginnings are made from the inside out and laid down from the outside in.
  private static func attribute(nested depth: Int) -> [UInt8] {
    var (starts, length) = ([[UInt8]](), 0)
    func wrap(_ field: Int) {
      starts.append([UInt8(field << 3 | 2)] + Protobuf.varint(UInt64(length)))
      length += starts[starts.count - 1].count
    }
    for _ in 0..<depth {
      wrap(1)  // ArrayValue.values
      wrap(5)  // AnyValue.array_value
    }
    wrap(2)  // KeyValue.value
    return starts.reversed().flatMap { $0 }
  }
}
