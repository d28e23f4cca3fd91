import Foundation
import TraceModel

@testable import RingStore

/// What a reader finds in a ring, as JSON of every member: for comparing one version's reading with another's.
enum GoldenContent {
  /// - Parameter directory: of a ring in `files`.
  static func json(of directory: String, in files: any FileSystem) throws -> [UInt8] {
    let inspection = try RingInspection(directory, files: files)
    let snapshot = try RingSnapshot.reading(directory, files: files)
    let facts = inspection.facts
    let content: [String: Any] = [
      "format": "\(facts.formatMajor).\(facts.formatMinor)", "id": facts.id, "capacity": facts.capacityByteCount,
      "created": facts.createdAt.unixNanoseconds, "slot_bytes": facts.slotByteCount,
      "slots": try inspection.list().slots.filter { $0.state != .free }.map(slot),
      "findings": try inspection.check(deep: true).findings.map { "\($0.severity) \($0.part) in slot \($0.slot ?? 0)" },
      "blocks": try snapshot.blocks(overlapping: .all).map { try block($0, in: snapshot) },
      "aggregates": try snapshot.storedSegments.map { segment -> Any in
        try snapshot.aggregates(of: segment.number, [.totals, .minutes, .corrections]).map(aggregates) ?? NSNull()
      },
    ]
    // A line a member, a line a block: small, and a difference is still found.
    var lines: [String] = []
    for (key, value) in content.sorted(by: { $0.key < $1.key }) {
      let elements = try (value as? [Any])?.map(text).joined(separator: ",\n")
      lines.append("\"\(key)\": " + (try elements.map { "[\n\($0)\n]" } ?? text(value)))
    }
    return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
  }

  private static func text(_ value: Any) throws -> String {
    let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try JSONSerialization.data(withJSONObject: value, options: options), as: UTF8.self)
  }

  private static func slot(_ slot: SlotFacts) -> [String: Any] {
    [
      "slot": slot.slot, "state": slot.state.rawValue, "segment": slot.segment ?? 0, "spans": slot.spanCount,
      "blocks": slot.blockCount, "incarnation": slot.incarnation ?? 0,
      "oldest": slot.oldestArrival?.unixNanoseconds ?? 0, "newest": slot.newestArrival?.unixNanoseconds ?? 0,
      "earliest_end": slot.earliestEnd?.unixNanoseconds ?? 0, "latest_end": slot.latestEnd?.unixNanoseconds ?? 0,
    ]
  }

  private static func block(_ block: StoredBlock, in snapshot: RingSnapshot) throws -> [String: Any] {
    let batch = try snapshot.read(block) ?? SpanBatch()
    return [
      "received": block.receivedAt.unixNanoseconds, "spans": try batch.spans().map(span),
      "outcomes": batch.outcomes.map { "\($0)" }, "peers": batch.peerIndices.map { $0 },
    ]
  }

  private static func aggregates(_ aggregates: SegmentAggregates) -> [String: Any] {
    [
      "totals": hex(aggregates.totals), "minutes": hex(aggregates.minutes),
      "corrections": Dictionary(uniqueKeysWithValues: aggregates.corrections.map { ("\($0)", hex($1)) }),
    ]
  }

  private static func span(_ span: Span) -> [String: Any] {
    [
      "trace_id": span.traceID.description, "span_id": span.spanID.description,
      "parent_span_id": span.parentSpanID.description, "trace_state": span.traceState, "flags": span.flags,
      "name": span.name, "kind": span.kind.rawValue, "start": span.start.unixNanoseconds,
      "end": span.end.unixNanoseconds, "attributes": attributes(span.attributes),
      "dropped": [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
      "events": span.events.map { event in
        [
          "time": event.time.unixNanoseconds, "name": event.name, "attributes": attributes(event.attributes),
          "dropped": event.droppedAttributesCount,
        ] as [String: Any]
      },
      "links": span.links.map { link in
        [
          "trace_id": link.traceID.description, "span_id": link.spanID.description, "trace_state": link.traceState,
          "attributes": attributes(link.attributes), "dropped": link.droppedAttributesCount, "flags": link.flags,
        ] as [String: Any]
      },
      "status": ["code": span.status.code.rawValue, "message": span.status.message] as [String: Any],
      "resource": [
        "attributes": attributes(span.resource.attributes), "dropped": span.resource.droppedAttributesCount,
        "schema_url": span.resource.schemaURL,
        "entities": span.resource.entityReferences.map { [$0.schemaURL, $0.type] + $0.idKeys + $0.descriptionKeys },
      ] as [String: Any],
      "scope": [
        "name": span.scope.name, "version": span.scope.version, "attributes": attributes(span.scope.attributes),
        "dropped": span.scope.droppedAttributesCount, "schema_url": span.scope.schemaURL,
      ] as [String: Any],
    ]
  }

  private static func attributes(_ attributes: [Attribute]) -> [Any] {
    attributes.map { [$0.key, value($0.value)] as [Any] }
  }

  /// With its type, and doubles to the bit.
  private static func value(_ value: AttributeValue) -> Any {
    switch value {
    case .empty: NSNull()
    case .string(let text): ["string": text]
    case .bool(let flag): ["bool": flag]
    case .int(let number): ["int": number]
    case .double(let number): ["double": String(number.bitPattern, radix: 16)]
    case .bytes(let bytes): ["bytes": hex(bytes)]
    case .array(let values): ["array": values.map { Self.value($0) }]
    case .keyValueList(let members): ["list": attributes(members)]
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
