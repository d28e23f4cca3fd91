import Glibc
import RingStore
import TraceModel

/// What the ring costs. `tools/bench` builds and runs this; every line on standard output is a figure.
@main struct RingBenchmark {
  private static let usage = """
    usage: RingBenchmark write FOLDER SPANS     CPU and bytes of writing, beside what the machine itself takes
           RingBenchmark fold FOLDER SPANS      CPU of what is gathered for the service map while writing
           RingBenchmark decode SPANS           CPU of decoding requests of several sizes, and of joining their batches
           RingBenchmark floors                 what it costs to touch a request's bytes
           RingBenchmark fill FOLDER SPANS      leaves a ring there, and the IDs of some of its traces in FOLDER.ids
           RingBenchmark find FOLDER            looks those traces up in this process
           RingBenchmark ask FOLDER HOST:PORT   looks them up over the API
           RingBenchmark day FOLDER SPANS       leaves a ring there of 60 services and 24 hours
           RingBenchmark draw FOLDER            makes its map in this process
           RingBenchmark map HOST:PORT          asks for its map over the API
           RingBenchmark question FOLDER        searches it and sums it up in TraceQL, in this process
           RingBenchmark search API CLIENTS S   searches without pause for S seconds
           RingBenchmark see HTTP API           how long after its acknowledgement a span is found
           RingBenchmark used FOLDER NAME       pages that a ring uses, for each of its spans
    """

  static func main() {
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      Output.errors.line("\(error)")
      exit(1)
    }
  }

  private static func run(_ arguments: [String]) throws {
    let words = arguments.dropFirst()
    switch (arguments.first, words.count) {
    case ("write", 2): try WriteBenchmark(folder: arguments[1], spanCount: count(arguments[2])).run()
    case ("fold", 2): try WriteBenchmark(folder: arguments[1], spanCount: count(arguments[2])).runFold()
    case ("decode", 1): try DecodeBenchmark(spanCount: count(arguments[1])).run()
    case ("fill", 2): try LookupBenchmark(folder: arguments[1]).fill(spanCount: count(arguments[2]))
    case ("find", 1): try LookupBenchmark(folder: arguments[1]).find()
    case ("ask", 2): try LookupBenchmark(folder: arguments[1]).ask(arguments[2])
    case ("day", 2): try MapBenchmark.fill(arguments[1], spanCount: count(arguments[2]))
    case ("draw", 1): try MapBenchmark.draw(arguments[1])
    case ("map", 1): try MapBenchmark.ask(arguments[1])
    case ("question", 1): try QuestionBenchmark.run(arguments[1])
    case ("search", 3):
      try AskingBenchmark(
        api: arguments[1], clientCount: count(arguments[2]), seconds: count(arguments[3])
      ).run()
    case ("see", 2): try VisibilityBenchmark(http: arguments[1], api: arguments[2]).run()
    case ("floors", 0): try IngestFloors().run()
    case ("used", 2): try UsedPages(folder: arguments[1]).report(as: arguments[2])
    default:
      Output.errors.line(usage)
      exit(64)
    }
  }

  private static func count(_ text: String) throws -> Int {
    guard let count = Int(text), count > 0 else { throw BenchmarkError.badCount(text) }
    return count
  }
}

/// Lines written at once, so that whoever waits for one sees it, through a pipe as well.
enum Output: Int32 {
  case standard = 1
  case errors = 2

  func line(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    // A reader that has gone ends this process by itself.
    _ = unsafe bytes.withUnsafeBytes { unsafe write(rawValue, $0.baseAddress, $0.count) }
  }
}

enum BenchmarkError: Error {
  case badCount(String)
  case badAddress(String)
  case noFile(String)
  case notFound(String)
  case badAnswer(Int)
  case io(Int32)
}
