import TraceModel

/// What became of a payload, and the bytes that tell its sender.
package struct PayloadAnswer: Hashable, Sendable {
  package var verdict: Verdict
  /// An encoded ExportTraceServiceResponse; for an error over HTTP an encoded google.rpc.Status.
  package var body: [UInt8]

  package init(verdict: Verdict, body: [UInt8]) {
    self.verdict = verdict
    self.body = body
  }
}
