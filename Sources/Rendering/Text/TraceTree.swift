import TraceModel

/// A trace as a tree of lines with a waterfall: each span a line with its service, name, duration and, on the right, a
/// bar where it lies in the trace's time. Beneath a failed span stands what explains it: status message, exceptions,
/// attributes.
///
/// No line is wider than `width` columns; what is cut ends in `…`. Text from spans cannot act on a terminal. The work is
/// proportional to the spans, however deep the tree: levels past `Limits.indentedDepth` say their depth in figures.
package struct TraceTree: Sendable {
  package private(set) var text = ""

  private let trace: Trace
  private let style: TextStyle
  private let columns: Columns
  /// The trace's, which it looks for among all spans whenever it is asked.
  private let start: Timestamp
  private let duration: Duration
  private var serviceNumbers: [ExactString: Int] = [:]
  /// For each level, whether a sibling is still to come below.
  private var isOpen: [Bool]

  /// - Parameters:
  ///   - width: columns of a line, 40 to 1,000; other widths count as the nearest.
  ///   - partial: whether spans of the trace are known to be missing from the answer.
  package init(_ trace: Trace, width: Int = 100, style: TextStyle = .plain, partial: Bool = false) {
    self.init(TracePage(trace, isPartial: partial), width: width, style: style)
  }

  /// - Parameter page: which spans have a line. The header tells of the whole trace, and a last line of where to go on.
  package init(_ page: TracePage, width: Int = 100, style: TextStyle = .plain) {
    let trace = page.trace
    self.trace = trace
    self.style = style
    start = trace.start
    duration = trace.duration
    columns = Columns(width: width, spans: trace.spans)
    isOpen = [Bool](repeating: false, count: columns.depth + 1)
    for linked in trace.spans {
      let service = ExactString(text: linked.span.serviceName)
      if serviceNumbers[service] == nil { serviceNumbers[service] = serviceNumbers.count }
    }
    writeHeader(partial: page.isPartial, page.range)
    writeScale()
    openRails(above: page.range.lowerBound)
    for position in page.range { writeSpan(position) }
    if let next = page.next {
      let rest = UInt64(trace.spans.count - page.range.upperBound)
      line([
        ("… \(rest > 0 ? rest.grouped("more span") : "more"): --cursor \(next)".fitting(columns: columns.width), .quiet)
      ])
    }
  }

  /// Where things stand in a line.
  private struct Columns {
    let width: Int
    /// Tree, service, span name.
    let name: Int
    let duration: Int
    let mark = 1
    /// 0 where the line is too short for a waterfall.
    let bar: Int
    /// The levels that are indented, fewer in a short line: half a name's room stays for names.
    let depth: Int

    init(width: Int, spans: [LinkedSpan]) {
      self.width = min(max(width, Limits.lineColumns.lowerBound), Limits.lineColumns.upperBound)
      duration = spans.reduce(7) { max($0, $1.span.duration.description.columns) }
      bar = self.width < 64 ? 0 : self.width * 38 / 100
      name = self.width - bar - duration - mark - 2 - (bar > 0 ? 2 : 0)
      depth = min(Limits.indentedDepth, max(1, (name - 24) / 2))
    }
  }

  /// A line of pieces, without the spaces at its end.
  private mutating func line(_ pieces: [(text: String, ink: Ink?)]) {
    var pieces = pieces
    while let last = pieces.popLast() {
      let spaces = last.text.reversed().prefix { $0 == " " }.count
      if spaces < last.text.count {
        pieces.append((String(last.text.dropLast(spaces)), last.ink))
        break
      }
    }
    for piece in pieces { text += style.paint(piece.text, piece.ink) }
    text += "\n"
  }
}

// MARK: - Header

extension TraceTree {
  private mutating func writeHeader(partial: Bool, _ page: Range<Int>) {
    line([("trace \(trace.id)", .strong)])
    let failed = trace.spans.count { $0.span.status.code == .error }
    let orphans = trace.spans.count { $0.isOrphan }
    var parts: [(String, Ink?)] = []
    if let root = trace.spans.first(where: { !$0.isOrphan && $0.depth == 0 })?.span {
      parts.append(("\(root.serviceName) \(root.name)".fitting(columns: columns.width / 2), nil))
    }
    parts.append((start.description, nil))
    parts.append((duration.description, .strong))
    parts.append((UInt64(trace.spans.count).grouped("span"), nil))
    if page.count < trace.spans.count {
      parts.append(("here \(UInt64(page.lowerBound + 1).grouped) to \(UInt64(page.upperBound).grouped)", .strong))
    }
    parts.append((UInt64(serviceNumbers.count).grouped("service"), nil))
    if failed > 0 { parts.append((UInt64(failed).grouped("error"), .failed)) }
    if orphans > 0 { parts.append((UInt64(orphans).grouped("orphan"), .failed)) }
    if trace.duplicateCount > 0 {
      parts.append((UInt64(clamping: trace.duplicateCount).grouped("duplicate") + " left out", nil))
    }
    // Wrapped between the parts.
    var header: [(String, Ink?)] = []
    var used = 0
    for part in parts {
      if used > 0, used + 3 + part.0.columns > columns.width {
        line(header)
        (header, used) = ([], 0)
      }
      if used > 0 { header.append((" · ", nil)) }
      used += (used > 0 ? 3 : 0) + part.0.columns
      header.append(part)
    }
    line(header)
    if partial { line([("Some spans of this trace are missing.", .failed)]) }
    let moved = trace.spans.count { $0.clockShift?.isApplied ?? false }
    if moved > 0 {
      let moves = "Clocks differ: \(UInt64(moved).grouped("span")) moved to fit; --raw-times shows what was sent."
      line([(moves.fitting(columns: columns.width), nil)])
    }
    line([])
  }

  /// The ends and the middle of the waterfall's time.
  private mutating func writeScale() {
    guard columns.bar > 0, !trace.spans.isEmpty else { return }
    let middle = Duration(nanoseconds: duration.nanoseconds / 2).description
    let end = duration.description
    let half = columns.bar / 2
    var scale = "0".padded(to: half - middle.columns / 2) + middle
    if scale.columns + 1 + end.columns > columns.bar { scale = "0" }
    let indent = String(repeating: " ", count: columns.width - columns.bar)
    line([(indent + scale + end.aligned(to: columns.bar - scale.columns), .quiet)])
  }
}

// MARK: - Spans

extension TraceTree {
  private mutating func writeSpan(_ position: Int) {
    let linked = trace.spans[position]
    let span = linked.span
    let isLast = isLastChild(position)
    let level = min(linked.depth, columns.depth)
    if level > 0 { isOpen[level] = !isLast && linked.depth <= columns.depth }

    let failed = span.status.code == .error
    let glyphs = branch(linked, isLast: isLast)
    let notes = notes(on: linked).fitting(columns: columns.name - glyphs.columns - 10)
    let room = columns.name - glyphs.columns - notes.columns
    let service = span.serviceName.fitting(columns: max(4, min(24, room / 2)))
    let name = span.name.fitting(columns: max(1, room - service.columns - 1))
    let used = glyphs.columns + service.columns + 1 + name.columns + notes.columns
    let gap = String(repeating: " ", count: max(0, columns.name - used) + 1)
    let serviceInk = Ink.service(serviceNumbers[ExactString(text: span.serviceName)] ?? 0)
    line([
      (glyphs, .quiet), (service, serviceInk), (" ", nil), (name, failed ? .failed : nil), (notes, .quiet),
      (gap + span.duration.description.aligned(to: columns.duration) + " ", nil), (failed ? "✖" : " ", .failed),
      ("  ", nil), (columns.bar > 0 ? bar(of: span) : "", failed ? .failed : serviceInk),
    ])
    if failed { writeDetails(of: linked) }
  }

  /// The lines beside a page's first span, of those that stand on the pages before.
  private mutating func openRails(above first: Int) {
    guard trace.spans.indices.contains(first) else { return }
    var position = first
    while let parent = trace.spans[position].parent, parent < position, parent >= 0 {
      position = parent
      let level = trace.spans[position].depth
      if level > 0 && level <= columns.depth { isOpen[level] = !isLastChild(position) }
    }
  }

  private func isLastChild(_ position: Int) -> Bool {
    guard let parent = trace.spans[position].parent, trace.spans.indices.contains(parent) else { return true }
    return trace.spans[parent].children.last == position
  }

  /// What stands before a span: its ancestors' lines and its own branch.
  private func branch(_ linked: LinkedSpan, isLast: Bool) -> String {
    guard linked.depth > 0 else { return "" }
    let own = isLast ? "└─ " : "├─ "
    if linked.depth <= columns.depth { return rails(linked.depth) + own }
    return rails(columns.depth) + own + "[\(linked.depth)] "
  }

  /// The lines of the ancestors that have more children below, for the levels above `depth`.
  private func rails(_ depth: Int) -> String {
    (1..<max(1, depth)).reduce(into: "") { $0 += isOpen[$1] ? "│ " : "  " }
  }

  private func notes(on linked: LinkedSpan) -> String {
    var notes = ""
    if linked.isOrphan { notes += " (parent \(linked.span.parentSpanID) not received)" }
    let links = linked.span.links.count
    if links > 0 { notes += " ↗ \(UInt64(links).grouped("link"))" }
    if let shift = linked.clockShift {
      notes += shift.isApplied ? " (clock \(shift))" : " (off by \(shift), not moved)"
    }
    return notes
  }

  private func bar(of span: TraceModel.Span) -> String {
    let all = Double(max(1, duration.nanoseconds))
    let from = Double(span.start.since(start).nanoseconds) / all
    return Bar.interval(from, from + Double(span.duration.nanoseconds) / all, columns: columns.bar)
  }
}

// MARK: - Why a span failed

extension TraceTree {
  private mutating func writeDetails(of linked: LinkedSpan) {
    let level = min(linked.depth, columns.depth)
    let hasChildren = !linked.children.isEmpty && level < columns.depth
    var indent = level == 0 ? "" : rails(level) + (isOpen[level] ? "│ " : "  ")
    indent += hasChildren ? "│   " : "    "
    let room = max(8, columns.width - indent.columns)
    let span = linked.span
    let exceptions = span.events.lazy.filter { $0.name == "exception" }
    var details: [(String, Ink?)] = []
    if !span.status.message.isEmpty { details.append((span.status.message, .failed)) }
    let count = details.count + exceptions.count + span.attributes.count
    for exception in exceptions.prefix(Limits.detailLines) {
      details.append((Self.text(of: exception, since: start), .failed))
    }
    for attribute in span.attributes.prefix(Limits.detailLines) {
      details.append(("\(attribute.key) = \(attribute.value.text)", .quiet))
    }
    if count > Limits.detailLines {
      details = details.prefix(Limits.detailLines) + [("… and \(count - Limits.detailLines) more", .quiet)]
    }
    for (detail, ink) in details {
      line([(indent, .quiet), (detail.fitting(columns: room), ink)])
    }
  }

  private static func text(of exception: SpanEvent, since start: Timestamp) -> String {
    let type = exception.attributes[SemanticAttributes.exceptionType]?.text
    let message = exception.attributes[SemanticAttributes.exceptionMessage]?.text
    let what = [type, message].compactMap { $0 }.joined(separator: ": ")
    return "exception at +\(exception.time.since(start))\(what.isEmpty ? "" : ": " + what)"
  }
}
