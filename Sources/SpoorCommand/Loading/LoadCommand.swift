import ArgumentParser
import NIOPosix
import Receivers
import Rendering
import TraceModel

struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Sends made-up traffic to a collector, to see what it takes.",
    discussion: """
      Requests pass through made-up services, as deep as --depth says; each makes three spans of about 400 bytes. The \
      same options and --seed make the same spans, but for the time. Ends after --duration or --spans, or at Ctrl-C, and \
      says how many spans were accepted and how fast. Exits with 1 if some were not.

      Over UDP each request is one datagram, as long as it fits one. Nothing is answered, so --rate max sends as fast as \
      this machine can, and the collector has no place for all of it; with a rate that it can take, nothing is lost. \
      spoor_kernel_dropped_datagrams_total on its /metrics says how much was.
      """)

  @OptionGroup
  var sendingOptions: SendingOptions

  @Option(help: ArgumentHelp("Spans a second, or max.", valueName: "N|max"))
  var rate = LoadRate.perSecond(10_000)

  @Option(help: ArgumentHelp("End after 30s, 5m, 1h (default: 10s, or what --spans takes).", valueName: "LENGTH"))
  var duration: String?

  @Option(help: ArgumentHelp("End after as many spans.", valueName: "N"))
  var spans: Int?

  @Option(help: ArgumentHelp("How many services call one another.", valueName: "N"))
  var services = 10

  @Option(help: ArgumentHelp("How many services a request passes through.", valueName: "N"))
  var depth = 4

  @Option(help: ArgumentHelp("Attributes of a span.", valueName: "N"))
  var attributes = 8

  @Option(help: ArgumentHelp("The share of traces that fail, from 0 to 1.", valueName: "SHARE"))
  var errors = 0.01

  @Option(help: ArgumentHelp("Spans of one request.", valueName: "N"))
  var batch = 512

  @Option(help: ArgumentHelp("Connections, each with one request on its way.", valueName: "N"))
  var connections = 8

  @Option(help: ArgumentHelp("The same seed makes the same spans.", valueName: "N"))
  var seed: UInt64 = 1

  @Option(help: "How the outcome is printed.")
  var format = Format.text

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @OptionGroup(title: "Security")
  var securityOptions: SecurityOptions

  private var shape: LoadShape {
    LoadShape(
      seed: seed, services: services, depth: depth, attributes: attributes, errors: errors, batch: batch)
  }

  func validate() throws {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
      guard range.contains(value) else {
        throw ValidationError("--\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
      }
    }
    try check("services", services, 1...LoadLimits.servicesMax)
    try check("depth", depth, 1...LoadLimits.depthMax)
    try check("attributes", attributes, 0...LoadLimits.attributesMax)
    try check("batch", batch, 1...LoadLimits.batchMax)
    try check("connections", connections, 1...LoadLimits.connectionsMax)
    guard (0...1).contains(errors) else { throw ValidationError("--errors must be from 0 to 1, not \(errors)") }
    guard (spans ?? 1) > 0 else { throw ValidationError("--spans must be 1 at least") }
    _ = try length
  }

  /// Nil for as long as it takes.
  private var length: TraceModel.Duration? {
    get throws {
      guard let duration else { return spans == nil ? .seconds(10) : nil }
      guard let length = Duration(parsing: duration), length > .zero else {
        throw ValidationError("--duration \(duration) is not a length of time such as 30s, 5m or 1h")
      }
      return length
    }
  }

  func run() async throws {
    let length = try length
    try await reportingFailures {
      let wave = try LoadWave(shape, rate: rate.spansPerSecond)
      let plan = sendingOptions.plan(securityOptions)
      let senders = try makeSenders(plan)
      let run = LoadRun(
        wave, LoadSchedule(wave, seed: seed, rate: rate.spansPerSecond, spansMax: spans), over: senders,
        summary: LoadSummary(destination: "\(plan.destination)", seed: seed), clock: .system)
      let summary = try await outcome(of: run, length, plan.destination)
      for sender in senders { await sender.close() }
      switch format {
      case .text: try Console.write(LoadText.render(summary))
      case .json: try Console.write(AnswerJSON.encode(summary))
      }
      if summary.rejected + summary.failed > 0 { throw ExitCode(1) }
    }
  }

  private func makeSenders(_ plan: SendingPlan) throws -> [any SpanSender] {
    do throws(SendingError) {
      return try plan.senders(connections, group: MultiThreadedEventLoopGroup.singleton, splitter: .sparing)
    } catch {
      throw CommandFailure(error, sendingTo: plan.destination)
    }
  }

  private func outcome(
    of run: LoadRun, _ length: TraceModel.Duration?, _ destination: Destination
  ) async throws -> LoadSummary {
    let stop = StopRequest()
    try await stop.watchingSignals {
      // Ends with this scope.
      async let _: Void = Self.showProgress(of: run)
      do throws(SendingError) {
        _ = try await run.run { elapsed in stop.isPending || length.map { elapsed >= $0 } ?? false }
      } catch {
        throw CommandFailure(error, sendingTo: destination)
      }
    }
    return run.summary
  }

  private static func showProgress(of run: LoadRun) async {
    var line = ProgressLine()
    defer { line.clear() }
    while !Task.isCancelled {
      line.show(LoadText.progress(run.summary))
      do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
    }
  }
}

/// How many spans a second.
enum LoadRate: ExpressibleByArgument, CustomStringConvertible {
  case perSecond(Double)
  case max

  init?(argument: String) {
    if argument == "max" {
      self = .max
    } else if let number = Double(argument), number > 0, number <= 1e9 {
      self = .perSecond(number)
    } else {
      return nil
    }
  }

  /// Nil for as many as go.
  var spansPerSecond: Double? {
    switch self {
    case .perSecond(let number): number
    case .max: nil
    }
  }

  var description: String { spansPerSecond.map { "\(Int($0))" } ?? "max" }

  var defaultValueDescription: String { description }
}

extension LoadClock {
  static var system: LoadClock {
    let begin = ContinuousClock.now
    return LoadClock(
      now: { .now },
      elapsed: {
        let (seconds, attoseconds) = (ContinuousClock.now - begin).components
        return Duration(nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
      },
      sleep: { try await Task.sleep(for: .nanoseconds($0.nanoseconds)) })
  }
}
