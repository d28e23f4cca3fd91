import TraceModel
import TraceQuery

/// What is done with any bytes that are taken for a query: they are read, or refused with a place in the text; what was read
/// is printed, read again, and asked of a few traces.
enum FuzzedQuery {
  enum Finding: Error {
    case place(Int)
    case printed(String)
    case differs(String)
  }

  static func check(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    let query: TraceQLQuery
    do { query = try TraceQLQuery(text) } catch {
      let end = max(text.unicodeScalars.count + 1, QueryLimits.questionBytesMax)
      guard (1...end).contains(error.position) else { throw Finding.place(error.position) }
      return
    }
    let printed = query.description
    // Printing may take more bytes than were read, by spaces and parentheses.
    if printed.utf8.count <= QueryLimits.questionBytesMax {
      do {
        guard try TraceQLQuery(printed) == query else { throw Finding.differs(printed) }
      } catch let error as TraceQLError {
        guard error.message.hasPrefix("more than") else { throw Finding.printed("\(printed): \(error)") }
      }
    }
    let matcher = try TraceQLMatcher(query.pipeline)
    for batch in batches { _ = try matcher.match(batch) }
  }

  private static let batches = TraceQLTraces.all.map { SpanBatch($0) }
}
