import TraceModel

extension SpanBatch {
  typealias EncodedSection = (id: BlockSection, codec: Section.Codec, content: [UInt8])

  /// The columns and tables as a block's sections, in the order in which they are written.
  func sections() -> [EncodedSection] {
    var traceIDBytes: [UInt64] = []
    traceIDBytes.reserveCapacity(2 * count)
    for traceID in traceIDs {
      traceIDBytes.append(traceID.high)
      traceIDBytes.append(traceID.low)
    }
    return [
      (.traceIDs, .verbatim, ColumnBytes.encode(traceIDBytes) { $0.byteSwapped }),
      (.spanIDs, .verbatim, ColumnBytes.encode(spanIDs) { $0.rawValue.byteSwapped }),
      (.parentSpanIDs, .verbatim, ColumnBytes.encode(parentSpanIDs) { $0.rawValue.byteSwapped }),
      (.starts, .numbers(width: 8), ColumnBytes.encode(starts) { $0.unixNanoseconds }),
      (.ends, .numbers(width: 8), ColumnBytes.encode(ends) { $0.unixNanoseconds }),
      Self.narrow(.kinds, kinds) { UInt32(bitPattern: $0.rawValue) },
      Self.narrow(.statusCodes, statusCodes) { UInt32(bitPattern: $0.rawValue) },
      Self.narrow(.flags, flags) { $0 },
      Self.narrow(.resourceIndices, resourceIndices) { $0 },
      Self.narrow(.scopeIndices, scopeIndices) { $0 },
      Self.narrow(.nameIndices, nameIndices) { $0 },
      Self.narrow(.detailEnds, detailEnds) { $0 },
      (.details, .verbatim, details),
      Self.table(.resources, resources) { $0.encode(into: &$1) },
      Self.table(.scopes, scopes) { $0.encode(into: &$1) },
      Self.table(.names, names) { $1.string($0) },
      Self.narrow(.shapeIndices, shapeIndices) { $0 },
      Self.table(.shapes, shapes) { $1.lengthPrefixed($0.bytes) },
    ]
  }

  /// In as few bytes a number as the largest one needs.
  private static func narrow<Element>(
    _ id: BlockSection, _ column: [Element], _ number: (Element) -> UInt32
  ) -> EncodedSection {
    switch column.lazy.map(number).max() ?? 0 {
    case ...0xff: (id, .numbers(width: 1), ColumnBytes.encode(column) { UInt8(truncatingIfNeeded: number($0)) })
    case ...0xffff: (id, .numbers(width: 2), ColumnBytes.encode(column) { UInt16(truncatingIfNeeded: number($0)) })
    default: (id, .numbers(width: 4), ColumnBytes.encode(column, number))
    }
  }

  private static func table<Element>(
    _ id: BlockSection, _ elements: [Element], _ encode: (Element, inout ByteWriter) -> Void
  ) -> EncodedSection {
    var writer = ByteWriter()
    writer.varint(elements.count)
    for element in elements { encode(element, &writer) }
    return (id, .verbatim, writer.bytes)
  }
}
