import Collector
import Logging
import Receivers

/// What is worth a line of log, told from the counters once a second: however much is refused in it, that is one line
/// with counts by reason.
struct HealthWatch {
  struct Line: Equatable {
    var level: Logger.Level
    var message: String
    /// In order.
    var figures: [String: UInt64]
    /// What the ring says, where it takes no spans.
    var reason: String?
  }

  /// Seconds without a refusal after which an overload has ended.
  static let quietSeconds = 5

  private var last = CollectorCounters()
  private var overload: Overload?

  private struct Overload {
    var refused: UInt64 = 0
    var quietSeconds = 0
  }

  /// - Parameter counters: a second after those before, which are zero at first.
  mutating func lines(_ counters: CollectorCounters) -> [Line] {
    defer { last = counters }
    let overloaded = UInt64(
      counters.payloadsRefused.filter { Self.isOverload($0.key) }.growth(since: last.payloadsRefused).total)
    let refused = counters.payloadsRefused.filter { !Self.isOverload($0.key) }.growth(since: last.payloadsRefused)
    var lost = counters.spansLost.growth(since: last.spansLost)
    var lines = overloadLines(overloaded)
    if !refused.isEmpty { lines.append(Line(level: .warning, message: "payloads refused", figures: refused)) }
    if let failed = lost.removeValue(forKey: "not_stored") {
      lines.append(
        Line(
          level: .error, message: "the ring took no spans", figures: ["not_stored": failed],
          reason: counters.storingProblem))
    }
    if !lost.isEmpty { lines.append(Line(level: .warning, message: "spans rejected", figures: lost)) }
    let dropped = counters.kernelDrops.byName.growth(since: last.kernelDrops.byName)
    if !dropped.isEmpty {
      lines.append(Line(level: .warning, message: "the kernel dropped datagrams", figures: dropped))
    }
    return lines
  }

  private mutating func overloadLines(_ refused: UInt64) -> [Line] {
    guard var overload else {
      guard refused > 0 else { return [] }
      overload = Overload(refused: refused)
      return [
        Line(
          level: .warning, message: "overload begins: senders are told to wait", figures: ["payloads_refused": refused])
      ]
    }
    overload.refused += refused
    overload.quietSeconds = refused > 0 ? 0 : overload.quietSeconds + 1
    guard overload.quietSeconds >= Self.quietSeconds else {
      self.overload = overload
      return []
    }
    self.overload = nil
    return [Line(level: .warning, message: "overload ends", figures: ["payloads_refused": overload.refused])]
  }

  private static func isOverload(_ reason: String) -> Bool {
    ["overloaded", "receive_memory_full", "too_many_connections"].contains(reason)
  }
}

extension [Transport: UInt64] {
  fileprivate var byName: [String: UInt64] {
    [String: UInt64](uniqueKeysWithValues: map { ($0.key.rawValue, $0.value) })
  }
}

extension [String: UInt64] {
  /// What has grown, and by how much.
  fileprivate func growth(since earlier: [String: UInt64]) -> [String: UInt64] {
    var growth: [String: UInt64] = [:]
    for (reason, count) in self where count > earlier[reason] ?? 0 { growth[reason] = count - (earlier[reason] ?? 0) }
    return growth
  }

  fileprivate var total: UInt64 { values.reduce(0, +) }
}
