/// When a payload is answered: what the answer "accepted" promises.
package enum Acknowledgement: String, Sendable, CaseIterable {
  /// After fdatasync: the spans survive the loss of power.
  case durable
  /// After the write: the spans survive the end of this process.
  case written
  /// After decoding: the spans survive nothing.
  case received
}
