import TraceModel

extension Timestamp {
  /// `2026-11-21 03:41:13`, in UTC, without fractions.
  var text: String { "\(date) \(clock)" }

  var date: Substring { description.prefix { $0 != "T" } }

  var clock: Substring { description.drop { $0 != "T" }.dropFirst().prefix { $0 != "." && $0 != "Z" } }
}

extension ServiceMap {
  /// Nil where the map knows no times.
  var windowText: String? { TimeWindow(from: from, to: to).text }
}

extension TimeWindow {
  /// `2026-11-21 03:00:00 – 04:00:00 UTC`; nil for everything.
  var text: String? {
    switch (from, to) {
    case (nil, nil): nil
    case (let from?, nil): "since \(from.text) UTC"
    case (nil, let to?): "until \(to.text) UTC"
    case (let from?, let to?): "\(from.text) – \(from.date == to.date ? String(to.clock) : to.text) UTC"
    }
  }
}
