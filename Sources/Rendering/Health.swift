import TraceModel

/// How well calls go, in the few steps that a picture can show.
enum Health: CaseIterable {
  /// No calls to judge by.
  case idle
  /// Fewer than 1 % fail.
  case healthy
  /// 1 % or more fail.
  case degraded
  /// 5 % or more are faults.
  case failing

  init(_ outcomes: OutcomeCounts) {
    // In floating point, since the counts come from outside and may be near the end of the integers.
    let total = outcomes.approximateTotal
    if total == 0 {
      self = .idle
    } else if Double(outcomes.fault) >= 0.05 * total {
      self = .failing
    } else if outcomes.approximateFailed >= 0.01 * total {
      self = .degraded
    } else {
      self = .healthy
    }
  }

  /// The text behind a mark, so that colour is not needed; bare where all is well.
  func marked(_ text: String) -> String {
    switch self {
    case .idle, .healthy: text
    case .degraded: "▲ \(text)"
    case .failing: "✖ \(text)"
    }
  }
}

extension OutcomeCounts {
  /// Like `total`, without trapping on counts that no ring ever held.
  var approximateTotal: Double { Double(ok) + approximateFailed }

  var approximateFailed: Double { Double(error) + Double(throttle) + Double(fault) }

  /// `3.2% failed`, with the class if all are of one; nil if nothing failed.
  var failureText: String? {
    guard approximateFailed > 0 else { return nil }
    let word =
      switch (error > 0, throttle > 0, fault > 0) {
      case (true, false, false): "errors"
      case (false, true, false): "throttled"
      case (false, false, true): "faults"
      default: "failed"
      }
    return "\(Share(approximateFailed, of: approximateTotal)) \(word)"
  }
}
