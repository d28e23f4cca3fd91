import Hummingbird

/// Which API's clients read the errors of which paths, for what is refused before any route sees it.
struct Doors: Sendable {
  private let shapes: [(prefix: String, shape: ErrorShape)]
  private let own = ErrorShape { try $0.ownResponse }

  /// - Parameter shapes: paths begin with one of these, whole parts of them; the first that fits counts.
  init(_ shapes: [(prefix: String, shape: ErrorShape)]) {
    self.shapes = shapes
  }

  /// Where no door is known, Spoor's own.
  func shape(of path: String) -> ErrorShape {
    shapes.first { path == $0.prefix || path.hasPrefix($0.prefix + "/") }?.shape ?? own
  }
}
