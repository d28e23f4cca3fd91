import FoundationEssentials

@testable import Receivers

extension FuzzedBytes {
  /// What is taken of a datagram is what the simplest reading of the same text gives; anything else is refused; nothing
  /// outside the datagram's place changes.
  static func xray(_ input: [UInt8]) throws { _ = try xrayPayload(input) }

  /// Nil if it was refused.
  static func xrayPayload(_ input: [UInt8]) throws -> [UInt8]? {
    let datagram = opened(input).bytes
    let edge = [UInt8](repeating: 7, count: 9)
    var bytes = edge + datagram + edge
    var payload: [UInt8]?
    do throws(XRayFault) {
      var span = bytes.mutableSpan
      let range = try XRayDatagram.unwrap(9..<9 + datagram.count, of: &span)
      payload = Array(bytes[range])
    } catch {
      payload = nil
    }
    try hold(payload == plainPayload(datagram), "\(datagram) is read as a plain reader reads it")
    try hold(bytes.prefix(9) == edge[...] && bytes.suffix(9) == edge[...], "bytes of others are left alone")
    return payload
  }

  /// The same rules in a few slow lines.
  private static func plainPayload(_ datagram: [UInt8]) -> [UInt8]? {
    func isBlank(_ byte: UInt8) -> Bool { [9, 10, 11, 12, 13, 32].contains(byte) }
    guard let end = datagram.firstIndex(of: 10), end < 100 else { return nil }
    let header = String(decoding: datagram[..<end].filter { !isBlank($0) }, as: UTF8.self)
    guard [#"{"format":"json","version":1}"#, #"{"version":1,"format":"json"}"#].contains(header) else { return nil }
    var rest = datagram[(end + 1)...].drop(while: isBlank)
    guard rest.starts(with: Array("T1".utf8)) else { return nil }
    rest = rest.dropFirst(2)
    if rest.first == UInt8(ascii: "S") || rest.first == UInt8(ascii: "U") { rest = rest.dropFirst() }
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    let text = String(decoding: rest, as: UTF8.self)
    // Foundation lets bits through that encode nothing.
    guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
    return Array(data)
  }
}
