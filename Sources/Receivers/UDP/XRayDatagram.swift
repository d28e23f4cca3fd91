/// OTLP as AWS's OpenTelemetry SDKs send it to the X-Ray daemon: the line `{"format":"json","version":1}`, then `T1S` if
/// the spans were sampled or `T1U` if not (both are kept), then an ExportTraceServiceRequest in base64.
///
/// The first SDKs wrote `T1` alone. Those cannot be mistaken: a request begins with byte 10, its base64 with a C.
enum XRayDatagram {
  /// Decodes the payload of one datagram to its own place.
  ///
  /// - Returns: where the payload stands; it is empty for a request without spans.
  static func unwrap(
    _ range: Range<Int>, of bytes: inout MutableSpan<UInt8>
  ) throws(XRayFault) -> Range<Int> {
    var start = try endOfHeader(range, of: bytes)
    while start < range.upperBound, bytes[start].isBlank { start += 1 }
    guard start < range.upperBound else { throw .notTraces }
    if bytes[start] == UInt8(ascii: "{") { throw .segment }
    guard start + 2 <= range.upperBound, bytes[start] == UInt8(ascii: "T"), bytes[start + 1] == UInt8(ascii: "1") else {
      throw .notTraces
    }
    start += 2
    if start < range.upperBound, bytes[start] == UInt8(ascii: "S") || bytes[start] == UInt8(ascii: "U") { start += 1 }
    var end = range.upperBound
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    guard let payload = Base64.decode(start..<end, of: &bytes) else { throw .notBase64 }
    return payload
  }

  /// The header is a small JSON object of strings and numbers; senders differ in its blanks and in the order of its two
  /// members. It ends with its line.
  private static func endOfHeader(_ range: Range<Int>, of bytes: borrowing MutableSpan<UInt8>) throws(XRayFault) -> Int
  {
    if matches(usualHeader, at: range.lowerBound, before: range.upperBound, of: bytes) {
      return range.lowerBound + usualHeader.count
    }
    var header: [UInt8] = []
    for position in range.prefix(headerByteCountMax) {
      let byte = bytes[position]
      // A header on the same line as what follows it would be read by no daemon either.
      if byte == UInt8(ascii: "\n") {
        guard headers.contains(header) else { throw .noHeader }
        return position + 1
      }
      if !byte.isBlank { header.append(byte) }
    }
    throw .noHeader
  }

  private static func matches(
    _ text: [UInt8], at start: Int, before end: Int, of bytes: borrowing MutableSpan<UInt8>
  ) -> Bool {
    guard end - start >= text.count else { return false }
    for offset in text.indices where bytes[start + offset] != text[offset] { return false }
    return true
  }

  /// What every sender known writes.
  private static let usualHeader = Array(#"{"format":"json","version":1}"#.utf8) + [UInt8(ascii: "\n")]
  private static let headers = [#"{"format":"json","version":1}"#, #"{"version":1,"format":"json"}"#].map {
    Array($0.utf8)
  }
  /// Of a header with blanks. Past it there is none.
  private static let headerByteCountMax = 100
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 32 || (9...13).contains(self) }
}
