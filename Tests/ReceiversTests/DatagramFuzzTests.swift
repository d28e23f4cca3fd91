import FoundationEssentials
import Testing

@Suite struct DatagramFuzzTests {
  @Test func `mutated X-Ray datagrams are read as a plain reader reads them, or refused`() {
    var (taken, refused) = (0, 0)
    for seed in FuzzRandom.seeds(20_000) {
      var random = FuzzRandom(seed: seed)
      let input = FuzzedBytes.input(Self.datagram(&random), &random)
      do {
        if try FuzzedBytes.xrayPayload(input) == nil { refused += 1 } else { taken += 1 }
      } catch {
        Issue.record("SPOOR_SEED=\(seed): \(error)")
      }
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
}
