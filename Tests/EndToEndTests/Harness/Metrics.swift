import Testing

/// What `/metrics` says, by name and labels as they are written there.
struct Metrics: Sendable {
  let text: String
  private var values: [String: Double] = [:]

  init(parsing text: String) throws {
    self.text = text
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      // Names of spans have blanks, figures have none.
      guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...]) else {
        throw Unreadable(line: String(line))
      }
      values[String(line[..<blank])] = value
    }
  }

  struct Unreadable: Error {
    var line: String
  }

  /// A figure with its labels, or the sum of all with that name.
  subscript(_ name: String) -> Double {
    values[name] ?? values.filter { $0.key.hasPrefix(name + "{") }.reduce(0) { $0 + $1.value }
  }

  /// Received is stored, duplicate, rejected, dropped or in flight.
  func expectEverySpanAccountedFor() {
    let parts = ["stored_total", "duplicate_total", "rejected_total", "dropped_total", "in_flight"]
    let sum = parts.reduce(0) { $0 + self["spoor_spans_" + $1] }
    #expect(self["spoor_spans_received_total"] == sum, "\(text)")
  }
}
