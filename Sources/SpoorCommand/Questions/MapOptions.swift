import ArgumentParser
import Rendering
import TraceModel
import TraceQuery

/// Which part of the map is wanted.
struct MapOptions: ParsableArguments {
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only traces that have a span like this, as in \"spoor search\".", valueName: "TRACEQL"))
  var traceQL: String?

  @Option(
    help: ArgumentHelp(
      "One node for all services with the same value of this resource attribute, such as service.namespace or team.",
      valueName: "ATTRIBUTE"))
  var groupBy: String?

  @Option(
    help: ArgumentHelp(
      "Only this node, those that call it and those that it calls: its name, namespace/name or ID.",
      valueName: "SERVICE"))
  var around: String?

  @Option(help: ArgumentHelp("How many calls away from it (default: 1).", valueName: "N"))
  var depth: Int?

  @Option(
    help: ArgumentHelp(
      "Leave out edges with less than this share of all calls: 1% or 0.01.", valueName: "SHARE"))
  var minShare: String?

  @Option(
    help: ArgumentHelp(
      "Leave out this node, or nodes of this kind: service, database, cache, queue, external, user. May be repeated.",
      valueName: "NODE-OR-KIND"))
  var hide: [String] = []

  mutating func validate() throws {
    _ = try question
  }

  var question: MapQuestion {
    get throws {
      do throws(QuestionError) {
        return try MapQuestion(
          traceQL: traceQL, groupBy: groupBy, around: around, depth: depth, shareMin: try share, hidden: hide)
      } catch {
        throw ValidationError("--\(error.parameter.replacing("_", with: "-")): \(error)")
      }
    }
  }

  private var share: Double? {
    get throws(QuestionError) {
      guard let minShare else { return nil }
      guard let share = MapQuestion.share(minShare) else { throw .share(minShare) }
      return share
    }
  }
}

/// How a map is to look.
struct MapStyleOptions: ParsableArguments {
  @Option(help: "light, dark or auto: an SVG that follows the system of whoever looks at it, anything else light.")
  var theme = MapStyle.Ground.auto

  @Option(help: "What makes names larger and lines wider: traffic, latency (the p99) or none.")
  var sizeBy = MapStyle.Sizing.traffic

  @Option(
    help: ArgumentHelp(
      """
      What databases and caches are called: name (a peer name if a span gave one, else system and namespace or host), \
      host, namespace, system or full (all of it). One without such a part keeps its name.
      """, valueName: "PART"))
  var label = DatabaseLabel.name

  var style: MapStyle { MapStyle(ground: theme, sizing: sizeBy) }
}

extension MapStyle.Ground: ExpressibleByArgument {}
extension MapStyle.Sizing: ExpressibleByArgument {}
extension DatabaseLabel: ExpressibleByArgument {}
