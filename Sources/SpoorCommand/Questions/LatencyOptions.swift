import ArgumentParser
import TraceModel

/// Whose latencies a question is about.
struct LatencyOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A service: its name, or namespace/name.", valueName: "SERVICE"))
  var service: String?

  @Option(help: ArgumentHelp("Only spans of this name.", valueName: "NAME"))
  var spanName: String?

  @Option(help: ArgumentHelp("Two nodes of the map, by name, namespace/name or ID.", valueName: "CALLER,CALLEE"))
  var edge: String?

  @Option(
    help: ArgumentHelp("Only spans of this kind: server, client, producer, consumer or internal.", valueName: "KIND"))
  var kind: SpanKind?

  @Option(
    help: ArgumentHelp("Only what ended so: ok, error (4xx), throttle (429) or fault (5xx).", valueName: "OUTCOME"))
  var outcome: Outcome?

  enum Part: String, ExpressibleByArgument, CaseIterable {
    case kind, outcome
  }

  @Option(help: ArgumentHelp("Tell apart by kind or outcome; may be said twice.", valueName: "PART"))
  var by: [Part] = []

  mutating func validate() throws {
    _ = try selection
  }

  var selection: LatencySelection {
    get throws {
      var selection = try subject
      (selection.kind, selection.outcome) = (kind, outcome)
      (selection.isByKind, selection.isByOutcome) = (by.contains(.kind), by.contains(.outcome))
      return selection
    }
  }

  /// What is named of the map.
  var names: [String] {
    get throws {
      switch try selection.subject {
      case .services: []
      case .spanNames(let service, _): [service].compactMap { $0 }
      case .edge(let caller, let callee): [caller, callee]
      }
    }
  }

  private var subject: LatencySelection {
    get throws {
      guard let edge else {
        return service == nil && spanName == nil ? .services : .spanNames(service: service, name: spanName)
      }
      if service != nil || spanName != nil { throw ValidationError("--edge goes without --service and --span-name") }
      if kind != nil || by.contains(.kind) {
        throw ValidationError("--edge goes without --kind: an edge is what the caller saw")
      }
      let ends = edge.split(separator: ",", maxSplits: 1).map { String($0) }
      guard ends.count == 2 else { throw ValidationError("--edge takes two names: CALLER,CALLEE") }
      return .edge(caller: ends[0], callee: ends[1])
    }
  }
}

extension SpanKind: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension Outcome: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument.lowercased()) }
  public static var allValueStrings: [String] { allCases.map(\.description) }
}
