import TraceLinking
import TraceModel

/// Finds the series that a span belongs to, if it belongs to one of a few. Keeps what it found out about a block's
/// resources and names, so that most spans cost a look into a table.
struct SeriesChoice {
  private struct Subject: Hashable {
    var service: String
    var name: String?
    var kind: SpanKind?
    var outcome: Outcome?
  }

  private let selection: LatencySelection
  private let numbers: [Subject: Int]
  private var found: [UInt64: Int] = [:]

  /// - Parameter series: of spans; what is none of a service's is left out.
  init(_ selection: LatencySelection, _ series: [LatencySeries]) {
    self.selection = selection
    var numbers: [Subject: Int] = [:]
    for (number, one) in series.enumerated() {
      guard let service = one.service else { continue }
      numbers[Subject(service: service, name: one.spanName, kind: one.kind, outcome: one.outcome)] = number
    }
    self.numbers = numbers
  }

  /// To be called before the rows of another batch.
  mutating func begin(_ batch: SpanBatch) {
    found.removeAll(keepingCapacity: true)
  }

  /// - Precondition: the batch is the one of the last `begin`.
  mutating func number(of row: Int, in batch: SpanBatch) -> Int? {
    let (kind, outcome) = (batch.kinds[row], batch.isAnnotated ? batch.outcomes[row] : .ok)
    // Of a service's requests only those are told by the span alone that some caller may have sent.
    if !selection.isOfSpans && !(kind.isIncoming || batch.parentSpanIDs[row].isZero) { return nil }
    let key =
      UInt64(batch.resourceIndices[row]) << 40 | UInt64(batch.nameIndices[row] & 0xff_ffff) << 16
      | UInt64(UInt8(truncatingIfNeeded: kind.rawValue)) << 8 | UInt64(outcome.rawValue)
    if let known = found[key] { return known < 0 ? nil : known }
    let subject = Subject(
      service: NodeIdentity.service(of: batch.resource(at: row)).path,
      name: selection.subject == .services ? nil : batch.name(at: row),
      kind: selection.isByKind ? kind : selection.kind, outcome: selection.isByOutcome ? outcome : selection.outcome)
    let isWanted = (selection.kind.map { $0 == kind } ?? true) && (selection.outcome.map { $0 == outcome } ?? true)
    let number = isWanted ? numbers[subject] : nil
    found[key] = number ?? -1
    return number
  }
}
