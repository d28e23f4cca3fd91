/// The sections of a block of spans, by the numbers that the format gives them and in the order in which they lie: first
/// what links and searches need, then what finds texts and details, then these. Unknown ones are skipped.
enum BlockSection: UInt16, CaseIterable, Sendable {
  case traceIDs = 1
  case traceIndices = 2
  case spanIDs = 3
  case parents = 4
  case foreignParents = 5
  case starts = 6
  case durations = 7
  case kinds = 8
  case statusCodes = 9
  case flags = 10
  case resourceIndices = 11
  case nameIndices = 12
  case outcomes = 13
  case peerIndices = 14
  case resources = 15
  case names = 16
  case peers = 17
  case scopeIndices = 18
  case shapeIndices = 19
  case detailLengths = 20
  case detailChunks = 21
  case dictionaryLengths = 22
  case dictionaryChunks = 23
  case scopes = 24
  case shapes = 25
  case dictionary = 26
  case details = 27
  case requests = 28

  /// Numbers that later versions will use.
  static let reserved: ClosedRange<UInt16> = 29...47

  /// What tells the rows of a trace.
  static let traces = Set([traceIDs, traceIndices])
  /// What tells where details and the texts in them begin, and what they are.
  static let detailPlaces = Set([
    shapeIndices, detailLengths, detailChunks, dictionaryLengths, dictionaryChunks, shapes,
  ])
  /// What a batch without details is made of.
  static let links = Set(allCases.prefix { $0.rawValue <= peers.rawValue })
}

extension BlockSection: Comparable {
  /// In the order in which they lie.
  static func < (left: BlockSection, right: BlockSection) -> Bool { left.rawValue < right.rawValue }
}
