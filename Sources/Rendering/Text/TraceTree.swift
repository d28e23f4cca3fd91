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
  private var serviceNumbers: [ExactString: Int] = [:]
  /// For each level, whether a sibling is still to come below.
  private var isOpen = [Bool](repeating: false, count: Limits.indentedDepth + 1)

  /// - Parameters:
  ///   - width: columns of a line, 40 to 1,000; other widths count as the nearest.
  ///   - partial: whether spans of the trace are known to be missing from the answer.
  package init(_ trace: Trace, width: Int = 100, style: TextStyle = .plain, partial: Bool = false) {
    self.trace = trace
    self.style = style
    columns = Columns(width: width)
    for linked in trace.spans {
      let service = ExactString(text: linked.span.serviceName)
      if serviceNumbers[service] == nil { serviceNumbers[service] = serviceNumbers.count }
    }
    writeHeader(partial: partial)
    writeScale()
    for position in trace.spans.indices { writeSpan(position) }
  }

  /// Where things stand in a line.
  private struct Columns {
    let width: Int
    /// Tree, service, span name.
    let name: Int
    let duration = 7
    let mark = 1
    /// 0 where the line is too short for a waterfall.
    let bar: Int

    init(width: Int) {
      self.width = min(max(width, Limits.lineColumns.lowerBound), Limits.lineColumns.upperBound)
      bar = self.width < 64 ? 0 : self.width * 38 / 100
      name = self.width - bar - duration - mark - 2 - (bar > 0 ? 2 : 0)
    }
  }

  private mutating func line(_ line: String) {
    var end = line.endIndex
    while end > line.startIndex, line[line.index(before: end)] == " " { end = line.index(before: end) }
    text += line[..<end]
    text += "\n"
  }
}

// MARK: - Header

extension TraceTree {
  private mutating func writeHeader(partial: Bool) {
    line(style.paint("trace \(trace.id)", .strong))
    let failed = trace.spans.count { $0.span.status.code == .error }
    let orphans = trace.spans.count { $0.isOrphan }
    var parts: [(String, Ink?)] = []
    if let root = trace.spans.first(where: { !$0.isOrphan && $0.depth == 0 })?.span {
      parts.append(("\(root.serviceName) \(root.name)".fitting(columns: columns.width / 2), nil))
    }
    parts.append((trace.start.description, nil))
    parts.append((trace.duration.description, .strong))
    parts.append((UInt64(trace.spans.count).grouped("span"), nil))
    parts.append((UInt64(serviceNumbers.count).grouped("service"), nil))
    if failed > 0 { parts.append((UInt64(failed).grouped("error"), .failed)) }
    if orphans > 0 { parts.append((UInt64(orphans).grouped("orphan"), .failed)) }
    if trace.duplicateCount > 0 {
      parts.append((UInt64(clamping: trace.duplicateCount).grouped("duplicate") + " left out", nil))
    }
    // Wrapped between the parts.
    var (header, used) = ("", 0)
    for (part, ink) in parts {
      let separator = used == 0 ? "" : " · "
      if used > 0, used + separator.columns + part.columns > columns.width {
        line(header)
        (header, used) = (style.paint(part, ink), part.columns)
      } else {
        header += separator + style.paint(part, ink)
        used += separator.columns + part.columns
      }
    }
    line(header)
    if partial {
      line(style.paint("Spans of this trace are known to be missing here.", .failed))
    }
    line("")
  }

  /// The ends and the middle of the waterfall's time.
  private mutating func writeScale() {
    guard columns.bar > 0, !trace.spans.isEmpty else { return }
    let middle = Duration(nanoseconds: trace.duration.nanoseconds / 2).description
    let end = trace.duration.description
    let half = columns.bar / 2
    let scale = "0".padded(to: half - middle.columns / 2) + middle
    let indent = String(repeating: " ", count: columns.width - columns.bar)
    line(style.paint(indent + scale + end.aligned(to: columns.bar - scale.columns), .quiet))
  }
}

// MARK: - Spans

extension TraceTree {
  private mutating func writeSpan(_ position: Int) {
    let linked = trace.spans[position]
    let span = linked.span
    let isLast = isLastChild(position)
    let level = min(linked.depth, Limits.indentedDepth)
    if level > 0 { isOpen[level] = !isLast && linked.depth <= Limits.indentedDepth }

    let failed = span.status.code == .error
    let glyphs = branch(linked, isLast: isLast)
    let notes = notes(on: linked)
    let room = max(8, columns.name - glyphs.columns - notes.columns)
    let service = span.serviceName.fitting(columns: max(4, min(24, room / 2)))
    let name = span.name.fitting(columns: max(3, room - service.columns - 1))
    let used = glyphs.columns + service.columns + 1 + name.columns + notes.columns
    let serviceInk = Ink.service(serviceNumbers[ExactString(text: span.serviceName)] ?? 0)

    var row = style.paint(glyphs, .quiet) + style.paint(service, serviceInk) + " "
    row += style.paint(name, failed ? .failed : nil) + style.paint(notes, .quiet)
    row += String(repeating: " ", count: max(0, columns.name - used) + 1)
    row += span.duration.description.aligned(to: columns.duration)
    row += " " + (failed ? style.paint("✖", .failed) : " ")
    if columns.bar > 0 { row += "  " + style.paint(bar(of: span), failed ? .failed : serviceInk) }
    line(row)
    if failed { writeDetails(of: linked) }
  }

  private func isLastChild(_ position: Int) -> Bool {
    guard let parent = trace.spans[position].parent, trace.spans.indices.contains(parent) else { return true }
    return trace.spans[parent].children.last == position
  }

  /// What stands before a span: its ancestors' lines and its own branch.
  private func branch(_ linked: LinkedSpan, isLast: Bool) -> String {
    guard linked.depth > 0 else { return "" }
    let own = isLast ? "└─ " : "├─ "
    if linked.depth <= Limits.indentedDepth { return rails(linked.depth) + own }
    return rails(Limits.indentedDepth) + own + "[\(linked.depth)] "
  }

  /// The lines of the ancestors that have more children below, for the levels above `depth`.
  private func rails(_ depth: Int) -> String {
    (1..<max(1, depth)).reduce(into: "") { $0 += isOpen[$1] ? "│  " : "   " }
  }

  private func notes(on linked: LinkedSpan) -> String {
    var notes = ""
    if linked.isOrphan { notes += " (parent \(linked.span.parentSpanID) not received)" }
    let links = linked.span.links.count
    if links > 0 { notes += " ↗ \(UInt64(links).grouped("link"))" }
    return notes
  }

  private func bar(of span: TraceModel.Span) -> String {
    let all = Double(max(1, trace.duration.nanoseconds))
    let start = Double(span.start.since(trace.start).nanoseconds) / all
    return Bar.interval(start, start + Double(span.duration.nanoseconds) / all, columns: columns.bar)
  }
}

// MARK: - Why a span failed

extension TraceTree {
  private mutating func writeDetails(of linked: LinkedSpan) {
    let level = min(linked.depth, Limits.indentedDepth)
    let hasChildren = !linked.children.isEmpty && level < Limits.indentedDepth
    var indent = level == 0 ? "" : rails(level) + (isOpen[level] ? "│  " : "   ")
    indent += hasChildren ? "│    " : "     "
    let room = max(8, columns.width - indent.columns)
    let details = Self.details(of: linked.span, trace.start)
    for (detail, ink) in details.prefix(Limits.detailLines) {
      line(style.paint(indent, .quiet) + style.paint(detail.fitting(columns: room), ink))
    }
    let rest = details.count - Limits.detailLines
    if rest > 0 {
      line(style.paint(indent, .quiet) + style.paint("… and \(rest) more".fitting(columns: room), .quiet))
    }
  }

  private static func details(of span: TraceModel.Span, _ start: Timestamp) -> [(String, Ink?)] {
    var details: [(String, Ink?)] = []
    if !span.status.message.isEmpty { details.append((span.status.message, .failed)) }
    for event in span.events where event.name == "exception" {
      let type = event.attributes[SemanticAttributes.exceptionType]?.text
      let message = event.attributes[SemanticAttributes.exceptionMessage]?.text
      let what = [type, message].compactMap { $0 }.joined(separator: ": ")
      details.append(("exception at +\(event.time.since(start))\(what.isEmpty ? "" : ": " + what)", .failed))
    }
    for attribute in span.attributes {
      details.append(("\(attribute.key) = \(attribute.value.text)", .quiet))
    }
    return details
  }
}
