import HTTPTypes
import Hummingbird

/// Which paths there are and what they take, to tell a path that is not there from a method that is not.
struct RouteTable: Sendable {
  private let routes: [(path: RouterPath, method: HTTPRequest.Method)]

  init(_ router: Router<BasicRequestContext>) {
    routes = router.routes.map { ($0.path, $0.method) }
  }

  /// The methods of a path, sorted, HEAD with GET; none for a path that is not there.
  func methods(of path: String) -> [HTTPRequest.Method] {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    var methods: Set<HTTPRequest.Method> = []
    for route in routes where Self.matches(route.path, parts) {
      methods.insert(route.method)
      if route.method == .get { methods.insert(.head) }
    }
    return methods.sorted { $0.rawValue < $1.rawValue }
  }

  private static func matches(_ path: RouterPath, _ parts: [Substring]) -> Bool {
    for (position, element) in path.components.enumerated() {
      if element == .recursiveWildcard { return true }
      guard position < parts.count, element ~= parts[position] else { return false }
    }
    return path.components.count == parts.count
  }
}
