import ArgumentParser
import FoundationEssentials
import TraceModel

/// Which time a question is about.
struct WindowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Spans that ended in the last 90s, 15m, 1h, 2d or 1h30m (default: 1h).", valueName: "LENGTH"))
  var since: String?

  @Option(
    help: ArgumentHelp(
      "Spans that ended at or after this time: RFC 3339 (local without a zone) or Unix seconds.", valueName: "TIME"))
  var from: String?

  @Option(help: ArgumentHelp("Spans that ended before this time.", valueName: "TIME"))
  var to: String?

  @Flag(help: "Everything that the ring holds.")
  var all = false

  mutating func validate() throws {
    if all && (since != nil || from != nil || to != nil) {
      throw ValidationError("--all goes without --since, --from and --to")
    }
    if since != nil && from != nil { throw ValidationError("--since and --from say the same; give one") }
    _ = try window(default: .seconds(3600), now: .now)
  }

  /// - Parameter length: how far back the window reaches if no option says otherwise; nil for everything.
  func window(default length: TraceModel.Duration?, now: Timestamp) throws -> TimeWindow {
    if all { return .all }
    var window = TimeWindow(from: try from.map { try moment($0) }, to: try to.map { try moment($0) })
    if let since {
      guard let length = Duration(parsing: since) else {
        throw ValidationError("--since \(since) is not a length of time such as 90s, 15m, 1h or 2d")
      }
      window.from = (window.to ?? now) - length
    } else if from == nil, to == nil, let length {
      window.from = now - length
    }
    if let from = window.from, let to = window.to, from >= to {
      throw ValidationError("the window ends before it begins")
    }
    return window
  }

  private func moment(_ text: String) throws -> Timestamp {
    guard let moment = Timestamp(parsing: text) else {
      throw ValidationError("\"\(text)\" is not a time such as 2026-11-21T14:00:00Z, 2026-11-21T14:00 or 1795269600")
    }
    return moment
  }
}

extension Timestamp {
  /// The wall clock's time.
  static var now: Timestamp {
    Timestamp(unixNanoseconds: UInt64(max(0, Date().timeIntervalSince1970 * 1e9)))
  }
}
