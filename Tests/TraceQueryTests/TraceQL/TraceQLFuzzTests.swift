import Foundation
import Testing
import TraceQuery

/// Mutations of the queries and mistakes of the tables, for a few seconds. SPOOR_ROUNDS=n does n times as many, from
/// SPOOR_SEED on.
@Suite struct TraceQLFuzzTests {
  private static let seeds: [[UInt8]] = ["Queries.txt", "Mistakes.txt"].flatMap { name -> [[UInt8]] in
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: name)
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      Array($0.components(separatedBy: "  ->")[0].utf8)
    }
  }

  private static let pieces: [String] = [
    "{", "}", "(", ")", "&&", "||", "!", "=", "!=", "=~", "!~", "<<", ">>", "&>>", "~", "|", ".", ",", "-", "^", "%",
    "\"",
    "`", "\\", "0", "9223372036854775808", "1e999", "5h", ".9", "nil", "true", "error", "name", "span.", "parent.",
    "event:name", "by(", "count()", "rate()", "with(", "//", "/*", "🦊", "\u{301}", "µs", "\0", "\u{FFFD}",
  ]

  @Test func `no bytes make the parser or the evaluation trap, and what is printed is what was read`() throws {
    let environment = ProcessInfo.processInfo.environment
    let first = environment["SPOOR_SEED"].flatMap { UInt64($0) } ?? 1
    let rounds = 4000 * (environment["SPOOR_ROUNDS"].flatMap { UInt64($0) } ?? 1)
    #expect(Self.seeds.count > 250)
    for seed in first..<first + rounds {
      var random = MadeUp(seed: seed)
      var bytes = random.one(Self.seeds)
      for _ in 0...random.below(4) {
        let place = random.below(bytes.count + 1)
        switch random.below(5) {
        case 0: bytes.insert(contentsOf: Array(random.one(Self.pieces).utf8), at: place)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(8)))
        case 2: bytes.insert(UInt8(random.below(256)), at: place)
        case 3: bytes.insert(contentsOf: random.one(Self.seeds), at: place)
        default: bytes.append(contentsOf: bytes.prefix(random.below(40)))
        }
      }
      do { try FuzzedQuery.check(bytes) } catch {
        Issue.record("seed \(seed): \(String(decoding: bytes, as: UTF8.self)): \(error)")
      }
    }
  }
}
