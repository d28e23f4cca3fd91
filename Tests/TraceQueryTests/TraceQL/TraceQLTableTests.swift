import Foundation
import Testing
import TraceModel
import TraceQuery

/// `Queries.txt`: a query a line, `->`, and what it finds in the traces of `TraceQLTraces`. Sets of spans are divided by `|`
/// and their labels stand in `[ ]`. `SPOOR_REWRITE_GOLDEN=1` writes what was found instead, for a person to read.
@Suite struct TraceQLTableTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Queries.txt")

  @Test func `each query of the table finds its spans`() throws {
    let lines = try String(contentsOf: Self.file, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    var (found, count): ([String], Int) = ([], 0)
    for line in lines {
      if line.isEmpty || line.hasPrefix("#") {
        found.append(String(line))
        continue
      }
      let query = line.components(separatedBy: "->")[0].trimmingCharacters(in: .whitespaces)
      let answer = try Self.answer(query)
      found.append(answer.isEmpty ? "\(query)  ->" : "\(query)  ->  \(answer)")
      count += 1
    }
    if ProcessInfo.processInfo.environment["SPOOR_REWRITE_GOLDEN"] == "1" {
      try Data(found.joined(separator: "\n").utf8).write(to: Self.file)
    }
    for (line, now) in zip(lines, found) { #expect(line == now) }
    #expect(count >= 150)
  }

  @Test func `what is printed of each query of the table reads as the same query, and finds the same`() throws {
    for query in try Self.queries() {
      let read = try TraceQLQuery(query)
      let printed = read.description
      #expect(try TraceQLQuery(printed) == read, "\(query) is printed as \(printed)")
      #expect(try Self.answer(printed) == Self.answer(query))
    }
  }

  @Test func `a naive evaluator finds the same`() throws {
    for query in try Self.queries() {
      let pipeline = try TraceQLQuery(query).pipeline
      for spans in TraceQLTraces.all {
        let match = try TraceQLMatcher(pipeline).match(SpanBatch(spans))
        let naive = NaiveTrace(spans).run(pipeline)
        #expect(match.spansets.map(\.rows) == naive.map { $0.map(\.row) }, "\(query)")
      }
    }
  }

  private static func queries() throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      $0.components(separatedBy: "->")[0].trimmingCharacters(in: .whitespaces)
    }
  }

  private static func answer(_ query: String) throws -> String {
    let matcher = try TraceQLMatcher(try TraceQLQuery(query).pipeline)
    var sets: [String] = []
    for spans in TraceQLTraces.all {
      for set in try matcher.match(SpanBatch(spans)).spansets {
        let names = set.rows.map { TraceQLTraces.name(spans[$0]) }.joined(separator: " ")
        let labels = set.labels.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        sets.append(labels.isEmpty ? names : "\(names) [\(labels)]")
      }
    }
    return sets.joined(separator: " | ")
  }
}
