import RingStore
import TraceModel

/// What a run sent and what it was promised, and the judgement over a ring that is found afterwards.
package struct Witness: Sendable {
  /// By number: the size of each span that was sent.
  package private(set) var sizes: [Int] = []
  /// By number: whether its durability was acknowledged.
  package private(set) var isAcknowledged: [Bool] = []
  /// Of all sizes the ring had, the smallest: what it has used for sure once it has overwritten something.
  package var slotCountMin = Int.max
  /// Slots that may be empty because writing to them failed.
  package var failureCount = 0
  /// More to ask of a ring, with all numbers that it holds; for aggregates and searches.
  package var extraOracle: (@Sendable (RingSnapshot, [Int]) -> String?)?

  package init() {}

  package enum Expectation: Sendable {
    /// Faults were such that nothing acknowledged may be missing but what was overwritten.
    case everything
    /// The medium itself lied or decayed: spans may be missing. None may be wrong.
    case noGarbage
  }

  package mutating func send(byteCount: Int) -> Span {
    sizes.append(byteCount)
    isAcknowledged.append(false)
    return NumberedSpan.span(sizes.count - 1, byteCount: byteCount)
  }

  package mutating func acknowledge(_ numbers: Range<Int>) {
    for number in numbers { isAcknowledged[number] = true }
  }

  package func span(_ number: Int) -> Span { NumberedSpan.span(number, byteCount: sizes[number]) }

  /// - Parameter random: picks what is looked at closely.
  /// - Returns: what is wrong, if anything is.
  package func verdict(
    _ snapshot: RingSnapshot, _ expectation: Expectation, sampling random: inout SplitMix64
  ) -> String? {
    do throws(RingError) {
      var numbers: [Int] = []
      for block in snapshot.blocks(overlapping: .all) {
        do throws(RingError) {
          guard let batch = try snapshot.read(block) else {
            if expectation == .noGarbage { continue }
            return "a block is overwritten in a ring at rest"
          }
          if let wrong = take(batch, into: &numbers, sampling: &random) { return wrong }
        } catch {
          guard case .damaged = error, expectation == .noGarbage else { throw error }
        }
      }
      if expectation == .everything, let wrong = missing(numbers, snapshot) { return wrong }
      if let wrong = try lookups(snapshot, numbers, expectation, sampling: &random) { return wrong }
      return extraOracle.flatMap { $0(snapshot, numbers) }
    } catch {
      return "\(error)"
    }
  }

  /// Whether every span of the batch was sent, as it was sent (O2, O9).
  package func take(_ batch: SpanBatch, into numbers: inout [Int], sampling random: inout SplitMix64) -> String? {
    for row in 0..<batch.count {
      guard let number = NumberedSpan.number(batch, row: row), number < sizes.count else {
        return "a span that was never sent: \(batch.spanIDs[row])"
      }
      numbers.append(number)
    }
    guard !batch.isEmpty, random.oneIn(4) else { return nil }
    let row = random.below(batch.count)
    let number = numbers[numbers.count - batch.count + row]
    do {
      return try batch.span(at: row) == span(number) ? nil : "span \(number) has changed"
    } catch {
      return "span \(number): \(error)"
    }
  }

  /// O1: what was acknowledged is there, but for the oldest, and for these only if the ring is full; and nothing is twice.
  private func missing(_ numbers: [Int], _ snapshot: RingSnapshot) -> String? {
    var isThere = [Bool](repeating: false, count: sizes.count)
    for number in numbers {
      if isThere[number] { return "span \(number) is there twice" }
      isThere[number] = true
    }
    guard let firstMissing = isThere.indices.first(where: { isAcknowledged[$0] && !isThere[$0] }) else {
      // A slot in which nothing can be read may have lost spans too.
      return snapshot.damage.first { $0.losesSpans || $0.segment == nil }.map { "false alarm: \($0)" }
    }
    guard let firstThere = isThere.indices.first(where: { isAcknowledged[$0] && isThere[$0] }) else {
      return "nothing acknowledged is left"
    }
    if let gap = isThere.indices.first(where: { $0 > firstThere && isAcknowledged[$0] && !isThere[$0] }) {
      return "span \(gap) is missing, \(firstThere) is there"
    }
    if !snapshot.retention.hasOverwritten { return "span \(firstMissing) is missing, nothing was overwritten" }
    let slotCount = min(snapshot.slotCount, slotCountMin)
    if snapshot.segmentCount < slotCount - 2 - failureCount {
      return "span \(firstMissing) is missing, only \(snapshot.segmentCount) of \(slotCount) slots are used"
    }
    return nil
  }

  /// O3: a lookup finds what a walk over all blocks finds.
  private func lookups(
    _ snapshot: RingSnapshot, _ numbers: [Int], _ expectation: Expectation, sampling random: inout SplitMix64
  ) throws(RingError) -> String? {
    guard !sizes.isEmpty else { return nil }
    var picked = [random.below(sizes.count)]
    if let last = numbers.last { picked.append(last) }
    for number in picked {
      let found = try snapshot.spans(of: NumberedSpan.traceID(of: number))
      let there = numbers.filter { $0 / 4 == number / 4 }.sorted()
      var looked: [Int] = []
      if let wrong = take(found.batch, into: &looked, sampling: &random) { return wrong }
      guard looked.sorted() == there, expectation == .noGarbage || (!found.isPartial && found.damage.isEmpty) else {
        return "the trace of \(number) has \(looked), a walk finds \(there)"
      }
    }
    return nil
  }
}
