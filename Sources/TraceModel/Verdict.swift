/// What became of one payload. Normal in operation, so a value and not an error; every case is counted.
package enum Verdict: Hashable, Sendable {
  /// Stored as durably as the collector promises.
  case accepted
  /// Stored but for this many spans, which no retry will make acceptable.
  case partlyRejected(spans: Int, reason: String)
  /// Not OTLP, or past a limit: nothing was stored, and a retry would be refused again.
  case malformed(String)
  /// Nothing was stored because too much is under way; the sender should try again.
  case overloaded
  /// Nothing was stored because the disk or a shutdown forbids it; the sender should try again later.
  case unavailable(String)
}
