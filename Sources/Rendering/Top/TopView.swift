/// What a person wants to see of `TopFigures`, and how keys change it. Pure: no terminal, no clock.
package struct TopView: Hashable, Sendable {
  package enum Subject: String, Hashable, Sendable, CaseIterable {
    case services, edges
  }

  package enum Column: String, Hashable, Sendable, CaseIterable {
    case rate, failed, p50, p90, p99, p100, name

    /// The key that sorts by it.
    var key: Character {
      switch self {
      case .rate: "r"
      case .failed: "f"
      case .p50: "5"
      case .p90: "9"
      case .p99: "t"
      case .p100: "m"
      case .name: "n"
      }
    }
  }

  /// A key, as far as it means anything here.
  package enum Key: Hashable, Sendable {
    case character(Character)
    case up, down, left, right, pageUp, pageDown, home, end
    case interrupt
  }

  /// What is to be done about a key.
  package enum Action: Hashable, Sendable {
    case draw
    /// Ask again now.
    case ask
    case quit
    case nothing
  }

  package var subject: Subject
  package var sort: Column
  /// Names rise and figures fall, unless this is set.
  package var isInverted = false
  package var isPaused = false
  /// Rows above the first that is shown.
  package var scroll = 0

  package init(_ subject: Subject = .services, sort: Column = .rate) {
    self.subject = subject
    self.sort = sort
  }

  /// - Parameter rowsShown: how many fit on a page.
  package mutating func press(_ key: Key, rowsShown: Int) -> Action {
    let page = max(1, rowsShown)
    switch key {
    case .interrupt, .character("q"), .character("Q"): return .quit
    case .character("\t"): show(subject == .services ? .edges : .services)
    case .character("s"): show(.services)
    case .character("e"): show(.edges)
    case .character("i"): isInverted.toggle()
    case .character(" "): isPaused.toggle()
    case .character("\r"), .character("\n"): return .ask
    case .left: step(-1)
    case .right: step(1)
    case .up, .character("k"): scroll -= 1
    case .down, .character("j"): scroll += 1
    case .pageUp: scroll -= page
    case .pageDown: scroll += page
    case .home: scroll = 0
    case .end: scroll = Limits.topRows
    case .character(let character):
      guard let column = Column.allCases.first(where: { $0.key == character }) else { return .nothing }
      (isInverted, sort, scroll) = (sort == column ? !isInverted : false, column, 0)
    }
    scroll = min(max(0, scroll), Limits.topRows)
    return .draw
  }

  private mutating func show(_ subject: Subject) {
    if self.subject != subject { scroll = 0 }
    self.subject = subject
  }

  private mutating func step(_ steps: Int) {
    let columns = Column.allCases
    let position = (columns.firstIndex(of: sort) ?? 0) + steps + columns.count
    (sort, isInverted, scroll) = (columns[position % columns.count], false, 0)
  }

  /// The rows in the order that is wanted; what is alike by its ID, so that nothing jumps about.
  func sorted(_ figures: TopFigures) -> [TopRow] {
    let rows = subject == .services ? figures.services : figures.edges
    return rows.sorted { left, right in
      let (first, second) = isInverted ? (right, left) : (left, right)
      let order: Bool? =
        switch sort {
        case .name: Self.rises(first.name, second.name)
        case .rate: Self.falls(first.rate, second.rate)
        case .failed: Self.falls(first.failedShare, second.failedShare)
        case .p50: Self.falls(first.latency.p50, second.latency.p50)
        case .p90: Self.falls(first.latency.p90, second.latency.p90)
        case .p99: Self.falls(first.latency.p99, second.latency.p99)
        case .p100: Self.falls(first.latency.max, second.latency.max)
        }
      return order ?? (left.id < right.id)
    }
  }

  private static func falls<Value: Comparable>(_ left: Value, _ right: Value) -> Bool? {
    left == right ? nil : left > right
  }

  private static func rises<Value: Comparable>(_ left: Value, _ right: Value) -> Bool? {
    left == right ? nil : left < right
  }
}
