/// Reads TraceQL. What binds how closely is as in Tempo's grammar: `&&` and `||` alike, from left to right; then comparisons,
/// `+ -`, `!`, `* / %` and, from right to left, `^`.
///
/// Depth is bounded by `QueryLimits.questionDepthMax`, and by `questionOperatorsMax` for operators in a row, so that
/// neither reading a query nor walking through what was read goes deeper.
struct TraceQLParser {
  private var scanner: TraceQLScanner
  private(set) var token = TraceQLToken.end
  /// Where `token` begins.
  private(set) var position = 1
  private var depth = 0
  /// Of the highest stage of the pipeline that is being read.
  var stageHeight = 1
  /// What lists have named so far, and stages.
  private var listedCount = 0
  var stageCount = 0
  /// Regular expressions so far.
  var patternCount = 0
  /// Where each comparison, `||` and `!` of the query stands, for those who refuse some of them.
  var places: [TraceQLExpression: Int] = [:]
  /// Whether a `|` with a metrics function behind it is what ended the pipeline.
  var isBehindPipe = false
  /// Where the first `|` or operator between two `{ }` stands.
  var pipePosition: Int?
  var spansetOperatorPosition: Int?

  /// - Throws: for a text of more than `QueryLimits.questionBytesMax` bytes.
  init(_ text: String) throws(TraceQLError) {
    guard text.utf8.count <= QueryLimits.questionBytesMax else {
      throw TraceQLError(at: QueryLimits.questionBytesMax, "longer than \(QueryLimits.questionBytesMax) bytes")
    }
    scanner = TraceQLScanner(text)
    try advance()
  }

  /// Reads the whole text.
  mutating func query() throws(TraceQLError) -> TraceQLQuery {
    var query = TraceQLQuery(try pipeline(isInside: false))
    if isBehindPipe, let function = metricsFunction { query.metrics = try metrics(function) }
    if token == .word("with") { query.hints = try hints() }
    guard token == .end else { throw misplaced(orEnd: "| and another stage or the end") }
    return query
  }

  // MARK: Words

  mutating func advance() throws(TraceQLError) {
    (token, position) = try scanner.next()
  }

  mutating func expect(_ sign: String, _ example: String) throws(TraceQLError) {
    guard token == .sign(sign) else { throw misplaced(orEnd: "\(sign) (\(example))") }
    try advance()
  }

  /// The word in front of a parenthesis, which is read with it.
  mutating func open(_ function: String) throws(TraceQLError) {
    try advance()
    try expect("(", "as in \(function)(…)")
  }

  /// Reads something between parentheses or braces, which it goes one level deeper for.
  mutating func nested<Value>(
    _ read: (inout TraceQLParser) throws(TraceQLError) -> Value
  ) throws(TraceQLError) -> Value {
    depth += 1
    guard depth <= QueryLimits.questionDepthMax else {
      throw TraceQLError(
        at: position, "more than \(QueryLimits.questionDepthMax) parentheses, ! or - inside one another")
    }
    defer { depth -= 1 }
    return try read(&self)
  }

  /// The height of something with operands of these heights.
  func height(_ left: Int, _ right: Int, at position: Int) throws(TraceQLError) -> Int {
    let height = max(left, right) + 1
    guard height <= QueryLimits.questionOperatorsMax else {
      throw TraceQLError(
        at: position, "more than \(QueryLimits.questionOperatorsMax) operators in a row: use parentheses less")
    }
    return height
  }

  /// `a, b, c` and the closing parenthesis.
  mutating func list<Element>(
    _ element: (inout TraceQLParser) throws(TraceQLError) -> Element
  ) throws(TraceQLError) -> [Element] {
    var elements: [Element] = []
    repeat {
      if !elements.isEmpty { try advance() }
      listedCount += 1
      guard listedCount <= QueryLimits.questionListedMax else {
        throw TraceQLError(
          at: position, "more than \(QueryLimits.questionListedMax) things in the lists of one question")
      }
      elements.append(try element(&self))
    } while token == .sign(",")
    try expect(")", "or , and another one")
    return elements
  }
}
