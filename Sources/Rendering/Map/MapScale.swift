import Glibc
import TraceModel

/// How large the parts of a map are drawn, from 0 to 1: by doublings behind the largest, so that each can be seen beside
/// parts a thousand times its size, and squared to part the leaders.
struct MapScale {
  let sizing: MapStyle.Sizing
  private let nodeMax: UInt64
  private let edgeMax: UInt64

  init(_ map: ServiceMap, _ sizing: MapStyle.Sizing) {
    self.sizing = sizing
    nodeMax = map.nodes.map { Self.measure($0.latency.count, $0.latency, sizing) }.max() ?? 0
    edgeMax = map.edges.map { Self.measure($0.calls, $0.latency, sizing) }.max() ?? 0
  }

  func size(_ node: ServiceMap.Node) -> Double {
    size(Self.measure(node.latency.count, node.latency, sizing), most: nodeMax)
  }

  func size(_ edge: ServiceMap.Edge) -> Double {
    size(Self.measure(edge.calls, edge.latency, sizing), most: edgeMax)
  }

  private static func measure(_ count: UInt64, _ latency: LatencySummary, _ sizing: MapStyle.Sizing) -> UInt64 {
    sizing == .latency ? latency.p99.nanoseconds : count
  }

  private func size(_ measure: UInt64, most: UInt64) -> Double {
    if sizing == .even { return 0.3 }
    if measure == 0 { return 0 }
    let share = max(0, 1 - log2((Double(most) + 1) / (Double(measure) + 1)) / 12)
    return share * share
  }
}
