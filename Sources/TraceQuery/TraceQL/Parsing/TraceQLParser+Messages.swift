// Why a text is no query, and what the nearest valid one is.
extension TraceQLParser {
  /// Where something else must come than what comes.
  func misplaced(orEnd expected: String) -> TraceQLError {
    let hint: String? =
      switch token {
      case .word(let word): Self.foreignWords[word.lowercased()].map { "\(word) is \($0)" }
      case .sign(let sign): Self.foreignSigns[sign].map { "\(sign) is written \($0)" }
      default: nil
      }
    return TraceQLError(at: position, "expected \(expected) and found \(token.name)" + (hint.map { ": \($0)" } ?? ""))
  }

  private static let foreignWords = [
    "and": "written &&", "or": "written ||", "not": "written !",
    "in": "written with several conditions: .x = 1 || .x = 2", "like": "written =~ \"begin.*\"",
    "contains": "written =~ \".*part.*\"", "is": "written =", "exists": "written != nil", "null": "written nil",
    "where": "not needed: further conditions stand in { }", "group": "written by(…)", "limit": "no part of a query",
  ]
  private static let foreignSigns = [
    "==": "=", "<>": "!=", "=>": ">=", "=<": "<=", "&": "&&", "~": "=~", "|": "||", "[": "(", "]": ")",
    ";": "nowhere", "$": "nowhere: variables are replaced before a query is sent",
  ]

  /// Where a field must come.
  func noField() -> TraceQLError {
    let expected = misplaced(orEnd: "a field, for example name, duration, .http.route or resource.service.name,")
    return token == .sign("{")
      ? TraceQLError(at: position, "expected a field, and found {: braces stand in no braces") : expected
  }

  /// Where a value must come.
  func noValue(against left: PlacedExpression) -> TraceQLError {
    misplaced(orEnd: "a value, for example \(left.type.example),")
  }

  /// Where a stage must come.
  func noStage() -> TraceQLError {
    switch token {
    case .word(let word):
      if let foreign = Self.foreignWords[word.lowercased()] {
        return TraceQLError(at: position, "\(word) is \(foreign)")
      }
      if TraceQLIntrinsic(word: word) != nil {
        return TraceQLError(at: position, "conditions stand in braces, for example { \(word) = … }")
      }
      return TraceQLError(
        at: position,
        "there is no \"\(word)\""
          + (Self.nearest(to: word, in: Self.stageWords).map { ": did you mean \($0)?" }
            ?? "; expected { … }, count() > 2, by(…), select(…), coalesce() or a function over time such as rate()"))
    case .attribute(let scope, let key):
      return TraceQLError(at: position, "conditions stand in braces, for example { \(scope).\(key) = … }")
    case .string: return TraceQLError(at: position, "conditions stand in braces, for example { name = \"text\" }")
    default: return misplaced(orEnd: "{ (such as { duration > 100ms })")
    }
  }

  private static let stageWords = ["by", "select", "coalesce"] + metricsFunctions + aggregates.sorted()

  func noSecondStage() -> TraceQLError {
    if case .word(let word) = token {
      let nearest = Self.nearest(to: word, in: ["topk", "bottomk"]).map { ": did you mean \($0)?" }
      return TraceQLError(
        at: position,
        "\"\(word)\" does not go behind a function over time" + (nearest ?? "; there are topk(5), bottomk(5) and > 5"))
    }
    return misplaced(orEnd: "topk(5), bottomk(5) or > 5")
  }

  /// A word that is none where a field or a value must come.
  func unknown(_ word: String, against left: PlacedExpression?) -> TraceQLError {
    if let foreign = Self.foreignWords[word.lowercased()] {
      return TraceQLError(at: position, "\(word) is \(foreign)")
    }
    if Self.keywords[word.lowercased()] != nil {
      return TraceQLError(at: position, "\(word) is written \(word.lowercased())")
    }
    guard let left, left.expression.hasField else {
      let nearest = Self.nearest(to: word, in: Self.fieldWords)
      if word.contains(":") {
        return TraceQLError(
          at: position, "there is no field \"\(word)\"" + (nearest.map { ": did you mean \($0)?" } ?? ""))
      }
      return TraceQLError(
        at: position,
        "there is no field \"\(word)\"" + (nearest.map { ": did you mean \($0)? An" } ?? "; an")
          + " attribute is written .\(word), span.\(word) or resource.\(word)")
    }
    let field = left.expression.shown
    switch left.type {
    case .status, .kind, .outcome, .bool:
      let words = Self.keywords.filter {
        $0.value.type == left.type || left.type == .outcome && ["ok", "error"].contains($0.key)
      }
      let nearest = Self.nearest(to: word, in: words.keys.sorted())
      return TraceQLError(
        at: position,
        "expected \(left.type.example) and found \"\(word)\""
          + (nearest.map { ": did you mean \(field) = \($0)?" } ?? ""))
    case .duration, .number:
      return TraceQLError(at: position, "expected a value, for example \(left.type.example), and found \"\(word)\"")
    default:
      return TraceQLError(at: position, "a text stands in quotes: \(field) = \"\(word)\"")
    }
  }

  private static let fieldWords =
    TraceQLIntrinsic.allCases.map(\.rawValue) + TraceQLIntrinsic.otherSpellings.keys.sorted()

  func noScope(_ scope: String, _ key: String) -> TraceQLError {
    let field = "\(scope).\(key)"
    let nearest = Self.nearest(to: scope, in: Self.scopes.keys.filter { !$0.isEmpty }.sorted())
    return TraceQLError(
      at: position,
      "there is no \"\(scope)\" that has attributes" + (nearest.map { ": did you mean \($0).\(key)? One" } ?? "; one")
        + " of any name is written .\(field)")
  }

  /// The word that takes the fewest changes, if two letters or fewer, and fewer than half, are to be changed.
  private static func nearest(to word: String, in known: [String]) -> String? {
    let word = Array(word.lowercased())
    guard word.count <= 40 else { return nil }
    var best: (word: String, changes: Int)?
    for candidate in known {
      let changes = changes(word, Array(candidate.lowercased()))
      if changes <= 2, changes * 2 < max(word.count, 3), changes < best?.changes ?? .max { best = (candidate, changes) }
    }
    return best?.word
  }

  /// Letters to insert, to drop, to replace, or to exchange with the next one.
  private static func changes(_ left: [Character], _ right: [Character]) -> Int {
    var rows = [Array(0...right.count)]
    for (row, letter) in left.enumerated() {
      var next = [row + 1]
      for (column, other) in right.enumerated() {
        var changes = min(
          rows[row][column] + (letter == other ? 0 : 1), rows[row][column + 1] + 1, next[column] + 1)
        if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
          changes = min(changes, rows[row - 1][column - 1] + 1)
        }
        next.append(changes)
      }
      rows.append(next)
    }
    return rows[left.count][right.count]
  }
}
