/// How a call or request ended. The classes are disjoint: every one that is counted is in exactly one.
package enum Outcome: UInt8, Hashable, Sendable, CaseIterable {
  case ok
  /// The caller's mistake: HTTP 4xx but 429, and gRPC codes that blame the caller.
  case error
  /// Sent away for now: HTTP 429, gRPC 8.
  case throttle
  /// The callee's failure: HTTP 5xx, gRPC's server errors, or ERROR status with neither.
  case fault
}

/// Counts by outcome.
package struct OutcomeCounts: Hashable, Sendable {
  package var ok: UInt64
  package var error: UInt64
  package var throttle: UInt64
  package var fault: UInt64

  package init(ok: UInt64 = 0, error: UInt64 = 0, throttle: UInt64 = 0, fault: UInt64 = 0) {
    self.ok = ok
    self.error = error
    self.throttle = throttle
    self.fault = fault
  }

  package mutating func count(_ outcome: Outcome) {
    switch outcome {
    case .ok: ok += 1
    case .error: error += 1
    case .throttle: throttle += 1
    case .fault: fault += 1
    }
  }

  package static func += (sum: inout OutcomeCounts, more: OutcomeCounts) {
    sum.ok += more.ok
    sum.error += more.error
    sum.throttle += more.throttle
    sum.fault += more.fault
  }

  package var total: UInt64 { ok + error + throttle + fault }

  /// Everything that is not ok.
  package var failed: UInt64 { error + throttle + fault }
}

extension Outcome: CustomStringConvertible {
  /// The word of the command line and of JSON: `ok`, `error`, `throttle` or `fault`.
  package var description: String {
    switch self {
    case .ok: "ok"
    case .error: "error"
    case .throttle: "throttle"
    case .fault: "fault"
    }
  }

  package init?(_ word: some StringProtocol) {
    guard let outcome = Self.allCases.first(where: { $0.description == word }) else { return nil }
    self = outcome
  }
}
