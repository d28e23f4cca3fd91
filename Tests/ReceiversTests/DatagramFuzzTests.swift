import FoundationEssentials
import Testing

@testable import Receivers

@Suite struct DatagramFuzzTests {
  /// What is taken is what the simplest reading of the same text gives; anything else is refused; nothing outside the
  /// datagram's place changes.
  @Test func `mutated X-Ray datagrams are read as a plain reader reads them, or refused`() {
    var (taken, refused) = (0, 0)
    for seed in FuzzRandom.seeds(20_000) {
      var random = FuzzRandom(seed: seed)
      let datagram = Self.datagram(&random)
      let edge = [UInt8](repeating: 7, count: 9)
      var bytes = edge + datagram + edge
      var payload: [UInt8]?
      do throws(XRayFault) {
        var span = bytes.mutableSpan
        let range = try XRayDatagram.unwrap(9..<9 + datagram.count, of: &span)
        payload = Array(bytes[range])
        taken += 1
      } catch {
        refused += 1
      }
      #expect(payload == Self.expected(datagram), "SPOOR_SEED=\(seed)")
      #expect(bytes.prefix(9) == edge[...] && bytes.suffix(9) == edge[...], "SPOOR_SEED=\(seed)")
    }
    #expect(taken > 2000 && refused > 2000)
  }

  private static func datagram(_ random: inout FuzzRandom) -> [UInt8] {
    let header = random.one(of: [
      #"{"format":"json","version":1}"#, #"{ "format": "json", "version": 1 }"#, #"{"version":1,"format":"json"}"#,
    ])
    let separator = random.one(of: ["\n", "\r\n", "\n\n ", ""])
    let prefix = random.one(of: ["T1S", "T1U", "T1", "M1", "{", "T1S\n"])
    let payload = Data((0..<random.below(40)).map { _ in UInt8(random.below(256)) })
    var bytes = Array((header + separator + prefix + payload.base64EncodedString()).utf8)
    if random.below(2) == 0 { random.mutate(&bytes) }
    return bytes
  }

  /// The same rules in a few slow lines.
  private static func expected(_ datagram: [UInt8]) -> [UInt8]? {
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
