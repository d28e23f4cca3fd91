/// The spans of those joined that took messages by links.
struct LinkingSpans {
  private(set) var spans: [SpanRow] = []

  /// Takes them out of linked rows, and notes which rows others link to.
  mutating func add(_ rows: [SpanRow], _ ranges: [Range<Int>], _ keys: inout KeyTable) {
    if keys.facts.links.isEmpty { return }
    for range in ranges {
      for position in range {
        if rows[position].takesByLink { spans.append(rows[position]) }
        keys.noteTarget(rows[position])
      }
    }
  }
}
