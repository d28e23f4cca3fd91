import ArgumentParser

/// In which form a file holds spans.
enum InputForm: String, Sendable, CaseIterable, ExpressibleByArgument {
  /// One ExportTraceServiceRequest, or one TracesData, which is the same bytes.
  case protobuf
  /// TracesData in OTLP's JSON: one document, or one after another, as the OpenTelemetry collector's file exporter
  /// writes them line by line.
  case json
  /// Requests as they go over TCP: each after its length in 4 bytes, big-endian.
  case frames
}

extension InputForm {
  /// Tells by the content: frames if the lengths chain exactly to the end, JSON if the first thing is `{`, else
  /// protobuf, no bytes at all included.
  ///
  /// A request begins with byte 10, which is also a line end, and the length that follows may look like `{`: what
  /// chains to the end as fields of a request is protobuf, whatever it looks like.
  init(detecting bytes: [UInt8]) {
    if !bytes.isEmpty, FrameSlicer.chainsToEnd(bytes) {
      self = .frames
    } else if Self.firstVisibleByte(of: bytes) == UInt8(ascii: "{"), !Self.chainsAsRequest(bytes) {
      self = .json
    } else {
      self = .protobuf
    }
  }

  private static func firstVisibleByte(of bytes: [UInt8]) -> UInt8? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]  // UTF-8's byte order mark
    let text = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
    return text.first { !JSONSlicer.isSpace($0) }
  }

  /// Whether the bytes are nothing but ResourceSpans fields: the key 10, a length, as many bytes.
  private static func chainsAsRequest(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      guard bytes[offset] == 10 else { return false }
      offset += 1
      var (length, shift) = (0, 0)
      while true {
        guard offset < bytes.count, shift < 35 else { return false }
        let byte = bytes[offset]
        offset += 1
        length |= Int(byte & 0x7f) << shift
        shift += 7
        if byte < 0x80 { break }
      }
      guard length <= bytes.count - offset else { return false }
      offset += length
    }
    return true
  }
}
