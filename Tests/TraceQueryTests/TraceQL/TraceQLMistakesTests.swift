import Foundation
import Testing
import TraceQuery

/// `Mistakes.txt`: a text that is no query a line, `->`, and what is said of it. `SPOOR_REWRITE_GOLDEN=1` writes what was said
/// instead, for a person to read.
@Suite struct TraceQLMistakesTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Mistakes.txt")

  @Test func `of what is no query it is said where it goes wrong and what is nearest`() throws {
    let lines = try String(contentsOf: Self.file, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    var (said, count): ([String], Int) = ([], 0)
    for line in lines {
      if line.isEmpty || line.hasPrefix("#") {
        said.append(String(line))
        continue
      }
      let text = line.components(separatedBy: "  ->")[0]
      do {
        said.append("\(text)  ->  is read as \(try TraceQLQuery(text))")
        Issue.record("\(text) is a query")
      } catch {
        said.append("\(text)  ->  \(error)")
        #expect((1...text.unicodeScalars.count + 1).contains(error.position), "\(text): \(error)")
      }
      count += 1
    }
    if ProcessInfo.processInfo.environment["SPOOR_REWRITE_GOLDEN"] == "1" {
      try Data(said.joined(separator: "\n").utf8).write(to: Self.file)
    }
    for (line, now) in zip(lines, said) { #expect(line == now) }
    #expect(count >= 100)
  }

  @Test(arguments: [
    "", "{ \(String(repeating: "(", count: 33)).x = 1\(String(repeating: ")", count: 33)) }",
    "{ \(String(repeating: "!", count: 4000)).x }", "{ \(String(repeating: "-", count: 4000))1 = 1 }",
    "{ \(String(repeating: "1 ^ ", count: 1000))1 = 1 }", "{ \(String(repeating: "1 + ", count: 1000))1 = 1 }",
    "{ \(String(repeating: ".x && .y || ", count: 400)).z }", "\(String(repeating: "{ } > ", count: 500)){ }",
    "{ \(String(repeating: ".x =~ `a` || ", count: 32)).x =~ `b` }", "\(String(repeating: "(", count: 4000)){ }",
    "\(String(repeating: "({ } | ", count: 500)){ }",
    "{ name = \"\(String(repeating: "x", count: QueryLimits.questionBytesMax))\" }",
  ])
  func `length and depth are bounded`(text: String) {
    #expect(throws: TraceQLError.self) { try TraceQLQuery(text) }
  }

  @Test func `pipelines in pipelines are no way around the bound`() throws {
    func nested(_ count: Int) -> String {
      (0..<count).reduce("{}") { inner, _ in "({} | \(inner)\(String(repeating: " > {}", count: 10)))" }
    }
    #expect(try TraceQLQuery(nested(8)).pipeline.stages.count == 1)
    #expect(throws: TraceQLError.self) { try TraceQLQuery(nested(10)) }
  }

  @Test func `many conditions in a row are no depth`() throws {
    let query = try TraceQLQuery("{ \(String(repeating: ".x = 1 && ", count: 700)).y }")
    #expect(query.description.utf8.count > 6000)
    let stages = QueryLimits.questionStagesMax
    let behind = String(repeating: "{ } | ", count: stages - 1)
    #expect(try TraceQLQuery("\(behind)count() > 1").pipeline.stages.count == stages)
  }
}
