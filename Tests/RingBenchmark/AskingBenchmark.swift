import Foundation
import Synchronization

/// People who search without pause, each on a connection of their own, while something else is measured.
struct AskingBenchmark {
  let api: String
  let clientCount: Int
  let seconds: Int

  /// What they ask, in turns: quick ones and ones that go through all spans of their window, answered within limits.
  fileprivate static let questions = [
    "{ resource.service.name = \"cart\" && duration > 20ms }", "{ status = error }", "{ .no.such.key = \"x\" }",
    "{ name =~ \".*(GET|POST) .*checkout.*\" }", "{ kind = server } >> { kind = client && duration > 5ms }",
    "{ } | count() > 40",
  ]

  func run() throws {
    let clients = (0..<clientCount).map { AskingClient(number: $0, api: api, seconds: seconds) }
    let threads = clients.map { client in Thread { client.run() } }
    for thread in threads { thread.start() }
    let results = clients.map { $0.result() }
    let times = try results.flatMap { try $0.times.get() }
    Figure(part: "asked", name: "questions answered", value: Double(times.count), unit: "").report()
    Figure(
      part: "asked", name: "questions told to come back", value: Double(results.reduce(0) { $0 + $1.refused }), unit: ""
    ).report()
    times.reportQuantiles("asked", "a question of \(clientCount) at once", unit: "ms")
  }
}

/// One of them, on a thread of its own.
private final class AskingClient: Sendable {
  struct Result: Sendable {
    /// How long each answer took, in milliseconds.
    var times: Swift.Result<[Double], any Error> = .success([])
    var refused = 0
  }

  private let number: Int
  private let api: String
  private let end: UInt64
  private let found = Mutex(Result())
  private let isDone = DispatchSemaphore(value: 0)

  init(number: Int, api: String, seconds: Int) {
    self.number = number
    self.api = api
    end = ProcessorTime.wall + UInt64(seconds) * 1_000_000_000
  }

  func run() {
    var result = Result()
    var refused = 0
    do { result.times = .success(try ask(&refused)) } catch { result.times = .failure(error) }
    result.refused = refused
    found.withLock { $0 = result }
    isDone.signal()
  }

  /// Waits until the time is up.
  func result() -> Result {
    isDone.wait()
    return found.withLock { $0 }
  }

  private func ask(_ refused: inout Int) throws -> [Double] {
    let connection = try HTTPConnection(to: api)
    var times: [Double] = []
    var turn = number
    while ProcessorTime.wall < end {
      let question = AskingBenchmark.questions[turn % AskingBenchmark.questions.count]
      turn += 1
      let text = question.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      let began = ProcessorTime.wall
      switch try connection.get("/api/spoor/v1/search?q=\(text)").status {
      case 200: times.append(Double(ProcessorTime.wall - began) / 1e6)
      case 503: refused += 1
      case let status: throw BenchmarkError.badAnswer(status)
      }
    }
    return times
  }
}
