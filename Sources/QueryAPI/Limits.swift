/// The bounds of this room.
package enum APILimits {
  /// Questions that are worked on at once; each may hold the spans of a window in memory.
  package static let workersMax = 2

  /// Questions that wait or are worked on; one more is answered 503 with Retry-After.
  package static let questionsMax = 64

  /// Maps that are laid out as pictures at once, each by a process of its own; one more is answered 503 with Retry-After.
  package static let drawingsMax = 2

  /// Connections at once, because each costs a file descriptor. More wait in the kernel's queue until one closes.
  package static let connectionsMax = 128

  /// Silence between two questions, a header that does not end included. Past it the connection closes.
  package static let idleSeconds: Int64 = 60

  /// How long a question may wait and be worked on; past it it is given up and answered 503.
  package static let questionSeconds = 30

  /// Columns of latencies over time where nobody says how many.
  package static let heatMapColumnsUsual = 120

  /// How long a search looks for more; past it the answer has what was found so far, and a cursor.
  package static let searchSeconds = 10
}
