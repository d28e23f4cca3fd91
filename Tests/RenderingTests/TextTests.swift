import Testing
import TraceModel

@testable import Rendering

@Suite struct TextTests {
  @Test(arguments: [
    ("plain", "plain"), ("\u{1b}[31m", "␛[31m"), ("a\nb\tc\r", "a␊b␉c␍"), ("\u{7f}", "␡"), ("\u{9b}31m", "\u{fffd}31m"),
    ("\u{202e}abc", "\u{fffd}abc"), ("\u{2028}", "␤"), ("\u{fffe}", "\u{fffd}"), ("עברית", "עברית"),
    ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"), ("e\u{301}", "e\u{301}"),
  ])
  func `what would act is made visible, and what is text stays`(raw: String, visible: String) {
    #expect(Array(VisibleText(raw).text.unicodeScalars) == Array(visible.unicodeScalars))
  }

  @Test(arguments: Hostile.names.indices)
  func `a shortened text has no more characters than it may`(number: Int) {
    let name = Hostile.names[number]
    for limit in [1, 2, 8, 36] {
      let text = VisibleText(name, graphemes: limit).text
      #expect(text.count <= limit + 1 && text.utf8.count <= (limit + 2) * Limits.bytesPerGrapheme)
      if name.count > limit { #expect(text.hasSuffix("…")) }
    }
  }

  @Test(arguments: [
    ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👩‍👩‍👧‍👦", 2), ("❤\u{fe0f}", 2), ("한국", 4), ("\u{301}", 0), ("…│█", 3), ("ｆ", 2),
  ])
  func `columns are those of a terminal`(text: String, columns: Int) {
    #expect(text.columns == columns)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("日本語", 6, "日本語"), ("日本語", 4, "日…"),
    ("abc", 1, "…"),
    ("abc", 0, ""),
  ])
  func `text is cut to columns, not to characters`(text: String, columns: Int, fitted: String) {
    #expect(text.fitting(columns: columns) == fitted)
  }

  @Test(arguments: [
    (0.0, 1.0, "████"), (0, 0.5, "██"), (0.5, 1, "  ██"), (0, 0, "▏"), (1, 1, "   ▐"), (0.125, 0.25, "▐"),
    (0, 0.28125, "█▏"), (0.25, 0.28125, " ▏"),
  ])
  func `a bar lies where the interval does`(start: Double, end: Double, bar: String) {
    #expect(Bar.interval(start, end, columns: 4) == bar)
  }

  @Test func `no bar is wider than its columns`() {
    for columns in 0..<6 {
      for start in 0..<40 {
        for end in start..<41 {
          let bar = Bar.interval(Double(start) / 40, Double(end) / 40, columns: columns)
          #expect(bar.count <= columns)
          #expect(columns == 0 || bar.contains { $0 != " " })
        }
      }
      #expect(Bar.share(7, columns: columns).count == columns)
    }
  }

  @Test(arguments: [
    (0, "0"), (9_999, "9,999"), (10_000, "10k"), (12_345, "12.3k"), (99_950, "100k"), (999_499, "999k"),
    (999_500, "1M"), (1_234_567, "1.23M"), (UInt64.max, "18.4E"),
  ])
  func `counts are short`(count: UInt64, text: String) {
    #expect(count.short == text)
  }

  @Test(
    arguments: [
      (0, 10, "0%"), (1, 100_000, "<0.1%"), (1, 1000, "0.1%"), (32, 1000, "3.2%"), (999, 10_000, "10%"),
      (47, 100, "47%"), (995, 1000, "99.5%"), (99_999, 100_000, ">99.9%"), (5, 5, "100%"), (0, 0, "0%"),
    ] as [(Double, Double, String)])
  func `a share says nothing and everything only when it is exact`(part: Double, whole: Double, text: String) {
    #expect(Share(part, of: whole).description == text)
  }

  @Test(arguments: [
    (OutcomeCounts(), Health.idle), (OutcomeCounts(ok: 1), .healthy), (OutcomeCounts(ok: 991, error: 9), .healthy),
    (OutcomeCounts(ok: 99, error: 1), .degraded), (OutcomeCounts(ok: 96, fault: 4), .degraded),
    (OutcomeCounts(error: 100), .degraded), (OutcomeCounts(ok: 95, fault: 5), .failing),
    (OutcomeCounts(ok: .max, error: .max, throttle: .max, fault: .max), .failing),
  ])
  func `health has its thresholds`(outcomes: OutcomeCounts, health: Health) {
    #expect(Health(outcomes) == health)
  }
}
