import OTLPCodec
import TraceModel

extension DecodedRequest {
  /// Rejects the spans that no block could hold together with their resource and scope. One of them in a commit would
  /// fail the spans of all who share it.
  mutating func rejectSpans(over byteCountMax: Int) {
    guard batch.byteCount > byteCountMax else { return }
    var fitting = SpanBatch()
    var begin = 0
    for row in 0..<batch.count where batch.byteCount(ofRow: row) > byteCountMax {
      fitting.append(contentsOf: batch, rows: begin..<row)
      begin = row + 1
      rejected[.spanTooLarge, default: 0] += 1
    }
    guard begin > 0 else { return }
    fitting.append(contentsOf: batch, rows: begin..<batch.count)
    batch = fitting
  }
}
