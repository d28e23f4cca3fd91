import Foundation

/// Where Graphviz puts things, in points.
struct Layout {
  struct Box: CustomStringConvertible {
    var name: String
    var left: Double
    var right: Double
    var bottom: Double
    var top: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && bottom < other.top && other.bottom < top
    }

    var description: String { "\(name) (\(left)…\(right), \(bottom)…\(top))" }
  }

  var boxes: [Box] = []
  /// What the text of each edge label covers.
  var labels: [Box] = []

  init(_ text: String) throws {
    let json = try Graphviz.run(text, format: "json").output
    let graph = try JSONDecoder().decode(Graph.self, from: Data(json.utf8))
    for object in graph.objects {
      guard let (x, y) = Self.pair(object.pos), let width = object.width.flatMap(Double.init),
        let height = object.height.flatMap(Double.init)
      else { continue }
      boxes.append(
        Box(
          name: object.name, left: x - width * 36, right: x + width * 36, bottom: y - height * 36,
          top: y + height * 36))
    }
    for edge in graph.edges ?? [] {
      guard Self.pair(edge.lp) != nil else { continue }
      var label: Box?
      for part in edge._ldraw_ ?? [] {
        guard let place = part.pt, let width = part.width else { continue }
        // Text stands left-aligned in these labels, on its baseline, in 10 points.
        let line = Box(
          name: part.text ?? "", left: place[0], right: place[0] + width, bottom: place[1] - 2, top: place[1] + 8)
        label =
          label.map { known in
            Box(
              name: known.name, left: min(known.left, line.left), right: max(known.right, line.right),
              bottom: min(known.bottom, line.bottom), top: max(known.top, line.top))
          } ?? line
      }
      if let label { labels.append(label) }
    }
  }

  private static func pair(_ text: String?) -> (Double, Double)? {
    let numbers = (text ?? "").split(separator: ",").compactMap { Double($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
  }

  private struct Graph: Decodable {
    var objects: [Object]
    var edges: [Edge]?

    struct Object: Decodable {
      var name: String
      var pos: String?
      var width: String?
      var height: String?
    }

    struct Edge: Decodable {
      var lp: String?
      var _ldraw_: [Drawing]?
    }

    struct Drawing: Decodable {
      var pt: [Double]?
      var width: Double?
      var text: String?
    }
  }
}
