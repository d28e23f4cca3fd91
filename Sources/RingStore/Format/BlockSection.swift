/// The sections of a block of spans, by the numbers that the format gives them. Unknown ones are skipped.
enum BlockSection: UInt16, CaseIterable, Sendable {
  case traceIDs = 1
  case spanIDs = 2
  case parentSpanIDs = 3
  case starts = 4
  case ends = 5
  case kinds = 6
  case statusCodes = 7
  case flags = 8
  case resourceIndices = 9
  case scopeIndices = 10
  case nameIndices = 11
  case detailEnds = 12
  case details = 13
  case resources = 14
  case scopes = 15
  case names = 16
  case shapeIndices = 17
  case shapes = 18

  /// Numbers that later versions will use: request fingerprints, outcome, peer.
  static let reserved: ClosedRange<UInt16> = 19...31
}
