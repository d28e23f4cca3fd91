/// The spans of one ID that may be a parent, by position. Two suffice for each end of a call, the second one for when
/// the first is the child itself; so finding a parent takes the same time however often an ID is used again.
struct ParentCandidates {
  private var outgoing = Earliest()
  private var other = Earliest()

  init() {}

  /// The candidates where there is one span.
  init(_ position: Int, isOutgoing: Bool) {
    add(position, isOutgoing: isOutgoing) { _, _ in false }
  }

  /// Takes a span in; of several, those that come before the others by `isBefore` are kept.
  mutating func add(_ position: Int, isOutgoing: Bool, isBefore: (Int, Int) -> Bool) {
    if isOutgoing { outgoing.add(position, isBefore) } else { other.add(position, isBefore) }
  }

  /// What comes in hangs under the end that goes out, everything else under the end that came in: some tracers give
  /// both ends of a call the same ID.
  func parent(of child: Int, isIncoming: Bool) -> Int? {
    let (preferred, fallback) = isIncoming ? (outgoing, other) : (other, outgoing)
    return preferred.first(but: child) ?? fallback.first(but: child)
  }

  private struct Earliest {
    private var first: Int32?
    private var second: Int32?

    mutating func add(_ position: Int, _ isBefore: (Int, Int) -> Bool) {
      let new = Int32(position)
      guard let first else { return self.first = new }
      if isBefore(position, Int(first)) {
        (self.first, second) = (new, first)
      } else if second.map({ isBefore(position, Int($0)) }) ?? true {
        second = new
      }
    }

    func first(but child: Int) -> Int? {
      (first.map { Int($0) } == child ? second : first).map { Int($0) }
    }
  }
}
