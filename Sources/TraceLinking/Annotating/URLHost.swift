import TraceModel

/// The host in a URL: only ever that, because a node for every URL would be no map.
enum URLHost {
  /// Where in `bytes` host and port are, default ports left out; nil if the URL has none.
  static func range(in bytes: Swift.Span<UInt8>, _ url: Range<Int>) -> Range<Int>? {
    var begin = url.lowerBound
    while begin < url.upperBound && bytes[begin] != UInt8(ascii: ":") { begin += 1 }
    guard url.upperBound - begin > 3, bytes[begin + 1] == UInt8(ascii: "/"), bytes[begin + 2] == UInt8(ascii: "/")
    else {
      return nil
    }
    begin += 3
    var end = begin
    loop: while end < url.upperBound {
      switch bytes[end] {
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): break loop
      case UInt8(ascii: "@"): begin = end + 1
      default: break
      }
      end += 1
    }
    if ends(bytes, begin..<end, with: 0x3a38_30, count: 3) { end -= 3 }  // ":80"
    if ends(bytes, begin..<end, with: 0x3a34_3433, count: 4) { end -= 4 }  // ":443"
    return begin < end ? begin..<end : nil
  }

  /// A host's name as all write it: to DNS, capital and small letters are the same. A socket's path stays as it is.
  static func name(_ host: String) -> String {
    let isPlain = host.utf8.allSatisfy { !(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0) } || host.contains("/")
    return isPlain ? host : host.lowercased()
  }

  /// The host in the URL of a span.
  static func host(in attributes: [Attribute]) -> [UInt8]? {
    for key in Peer.urlKeys {
      switch attributes[key] {
      case .int: return nil
      case .string(let url) where !url.isEmpty:
        let bytes = Array(url.utf8)
        return range(in: bytes.span, 0..<bytes.count).map { Array(bytes[$0]) }
      default: continue
      }
    }
    return nil
  }

  /// - Parameter text: as a number, the last byte lowest.
  private static func ends(_ bytes: Swift.Span<UInt8>, _ range: Range<Int>, with text: UInt32, count: Int) -> Bool {
    guard range.count >= count else { return false }
    var last: UInt32 = 0
    for offset in range.upperBound - count..<range.upperBound { last = last << 8 | UInt32(bytes[offset]) }
    return last == text
  }
}
