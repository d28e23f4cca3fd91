import Foundation
import Testing
import TraceModel

@testable import Rendering

@Suite struct TopTests {
  private static let noon = Timestamp(unixSeconds: 1_795_233_600)
  private static let figures = TopFigures(Shop.map, from: noon, to: noon + .seconds(60))

  private static func frame(
    _ view: TopView, width: Int, height: Int? = 20, note: String = "", style: TextStyle = .plain
  ) -> TopFrame {
    TopFrame(figures, view, note: note, width: width, height: height, interval: .seconds(2), style: style)
  }

  @Test(arguments: [50, 80, 120], TopView.Subject.allCases)
  func `frames are drawn as they were approved`(width: Int, subject: TopView.Subject) throws {
    try Golden.expect(Self.frame(TopView(subject), width: width).text, "top-\(subject)-\(width).txt")
  }

  @Test func `colour repeats what marks say`() throws {
    try Golden.expect(Self.frame(TopView(), width: 80, style: .ansi).text, "top.ansi")
    let plain = Self.frame(TopView(), width: 80).text
    #expect(plain.contains("✖") && plain.contains("▲") && !plain.contains("\u{1b}"))
  }

  @Test func `the table alone is for files`() throws {
    let frame = Self.frame(TopView(.edges, sort: .failed), width: 100, height: nil)
    try Golden.expect(frame.text, "top-once.txt")
    #expect(frame.lines.count == 4 + Shop.map.edges.count)
  }

  @Test func `no frame is larger than the terminal, whatever it shows`() {
    var random = SeededRandom()
    for _ in 0..<300 {
      let from = random.anyTime()
      let figures = TopFigures(random.anyMap(), from: from, to: from + .seconds(UInt64(random.next(below: 3))))
      var view = TopView(
        TopView.Subject.allCases[random.next(below: 2)], sort: TopView.Column.allCases[random.next(below: 7)])
      view.scroll = random.next(below: 10)
      view.isInverted = random.next(below: 2) == 0
      let (width, height) = (40 + random.next(below: 100), random.next(below: 30))
      let frame = TopFrame(
        random.next(below: 9) == 0 ? nil : figures, view, note: random.next(below: 2) == 0 ? "" : random.anyName(),
        width: width, height: height, interval: .milliseconds(500))
      #expect(frame.lines.count <= max(1, height), "seed \(random.seed)")
      for line in frame.lines { #expect(line.columns <= width, "seed \(random.seed): \(line)") }
      #expect(frame.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 }, "seed \(random.seed)")
      let json = TopJSON.line(figures, at: from, partial: false)
      #expect(json.split(separator: UInt8(ascii: "\n")).count == 1 && json.last == UInt8(ascii: "\n"))
    }
  }

  @Test(arguments: TopView.Column.allCases)
  func `rows are sorted by what is chosen, and back`(column: TopView.Column) {
    var view = TopView(.services, sort: column)
    let rows = view.sorted(Self.figures)
    #expect(rows.count == Shop.map.nodes.count - 1)
    for (row, next) in zip(rows, rows.dropFirst()) {
      switch column {
      case .name: #expect(row.name <= next.name)
      case .rate: #expect(row.rate >= next.rate)
      case .failed: #expect(row.failedShare >= next.failedShare)
      case .p50: #expect(row.latency.p50 >= next.latency.p50)
      case .p90: #expect(row.latency.p90 >= next.latency.p90)
      case .p99: #expect(row.latency.p99 >= next.latency.p99)
      case .p100: #expect(row.latency.max >= next.latency.max)
      }
    }
    #expect(view.press(.character("i"), rowsShown: 5) == .draw)
    let back = view.sorted(Self.figures)
    if column == .name { #expect(back.map(\.id) == rows.reversed().map(\.id)) }
    #expect(Set(back.map(\.id)) == Set(rows.map(\.id)))
  }

  @Test func `keys do what the help says`() {
    var view = TopView()
    #expect(view.press(.character("e"), rowsShown: 5) == .draw && view.subject == .edges)
    #expect(view.press(.character("\t"), rowsShown: 5) == .draw && view.subject == .services)
    #expect(view.press(.character("9"), rowsShown: 5) == .draw && view.sort == .p90 && !view.isInverted)
    #expect(view.press(.character("9"), rowsShown: 5) == .draw && view.isInverted)
    #expect(view.press(.right, rowsShown: 5) == .draw && view.sort == .p99 && !view.isInverted)
    for _ in 0..<20 { #expect(view.press(.left, rowsShown: 5) == .draw) }
    #expect(view.press(.up, rowsShown: 5) == .draw && view.scroll == 0)
    #expect(view.press(.pageDown, rowsShown: 5) == .draw && view.scroll == 5)
    #expect(view.press(.character("k"), rowsShown: 5) == .draw && view.scroll == 4)
    #expect(view.press(.end, rowsShown: 5) == .draw && view.press(.pageDown, rowsShown: 5) == .draw)
    #expect(view.press(.home, rowsShown: 5) == .draw && view.scroll == 0)
    #expect(view.press(.character(" "), rowsShown: 5) == .draw && view.isPaused)
    #expect(view.press(.character("z"), rowsShown: 5) == .nothing)
    #expect(view.press(.character("\r"), rowsShown: 5) == .ask)
    #expect(view.press(.character("q"), rowsShown: 5) == .quit)
    #expect(view.press(.interrupt, rowsShown: 5) == .quit)
    // Every sorting key is its own.
    #expect(Set(TopView.Column.allCases.map(\.key)).count == TopView.Column.allCases.count)
  }

  @Test func `a page further shows what was hidden, and says where one is`() {
    var view = TopView()
    let first = Self.frame(view, width: 80, height: 10)
    #expect(first.rowsShown == 4 && first.text.contains("1–4 of 11"))
    _ = view.press(.end, rowsShown: first.rowsShown)
    let last = Self.frame(view, width: 80, height: 10)
    #expect(last.text.contains("8–11 of 11"))
    #expect(Set(first.lines[4..<8]).isDisjoint(with: last.lines[4..<8]))
  }

  @Test(arguments: [
    (0, "0"), (0.001, "<0.01"), (0.05, "0.05"), (0.5, "0.50"), (3, "3"), (9.999, "10"), (99.96, "100"),
    (1234.4, "1,234"), (1e30, "10E"),
  ])
  func `rates are short`(rate: Double, text: String) {
    #expect(Rate(rate).description == text)
  }

  @Test func `a line of JSON has everything with its figures`() throws {
    let line = TopJSON.line(Self.figures, at: Self.noon + .seconds(65), partial: true)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    #expect(object["seconds"] as? Double == 60 && object["partial"] as? Bool == true)
    #expect(object["at"] as? String == (Self.noon + .seconds(65)).description)
    let services = try #require(object["services"] as? [[String: Any]])
    #expect(services.count == Shop.map.nodes.count - 1)
    let cart = try #require(services.first { $0["id"] as? String == "service:shop/cart" })
    #expect(cart["per_second"] as? Double == 60_330 / 60.0 && cart["namespace"] as? String == "shop")
    #expect(cart["failed_share"] as? Double == 120 / 60_330.0)
    let edges = try #require(object["edges"] as? [[String: Any]])
    #expect(edges.count == Shop.map.edges.count && edges.allSatisfy { $0["source"] is String && $0["id"] == nil })
  }
}
