/// The spans of one ID that may be a parent, by position. Two suffice for each end of a call, the second one for when
/// the first is the child itself; so finding a parent takes the same time however often an ID is used again.
struct ParentCandidates {
  private var outgoing = Earliest()
  private var other = Earliest()

  init() {}

  /// Takes a span in; of several, those of the lowest ranks are kept, and of the same rank the first.
  mutating func add(_ position: Int, isOutgoing: Bool, rank: Rank) {
    if isOutgoing { outgoing.add(position, rank) } else { other.add(position, rank) }
  }

  /// What comes in hangs under the end that goes out, everything else under the end that came in: some tracers give
  /// both ends of a call the same ID.
  func parent(of child: Int, isIncoming: Bool) -> Int? {
    let (preferred, fallback) = isIncoming ? (outgoing, other) : (other, outgoing)
    return preferred.first(but: child) ?? fallback.first(but: child)
  }

  /// By the time of the start, and then by kind; or by anything else.
  struct Rank: Comparable {
    var start: UInt64
    var kind: UInt8 = 0

    static func < (left: Rank, right: Rank) -> Bool { (left.start, left.kind) < (right.start, right.kind) }
  }

  private struct Earliest {
    private var first: Candidate?
    private var second: Candidate?

    private struct Candidate {
      var position: Int32
      var rank: Rank
    }

    mutating func add(_ position: Int, _ rank: Rank) {
      let new = Candidate(position: Int32(position), rank: rank)
      guard let first else { return self.first = new }
      if rank < first.rank {
        (self.first, second) = (new, first)
      } else if second.map({ rank < $0.rank }) ?? true {
        second = new
      }
    }

    func first(but child: Int) -> Int? {
      (first.map { Int($0.position) } == child ? second : first).map { Int($0.position) }
    }
  }
}
