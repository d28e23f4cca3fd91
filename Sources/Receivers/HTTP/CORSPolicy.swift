import NIOHTTP1

/// Which web pages' browsers may send here (https://fetch.spec.whatwg.org/#http-cors-protocol).
package struct CORSPolicy: Hashable, Sendable {
  /// No page's: questions from browsers are answered like those from anybody else.
  package static let off = CORSPolicy(origins: [])

  private let origins: Set<CORSOrigin>

  package init(origins: [CORSOrigin]) {
    self.origins = Set(origins)
  }

  /// What the answer to a request is to say of it; nil where nothing is to be said.
  func grant(for head: HTTPRequestHead) -> CORSGrant? {
    if origins.isEmpty { return nil }
    let origin = head.headers.first(name: "origin")
    let allowed = origins.contains(.any) ? "*" : origin.flatMap { origins.contains(.exactly($0)) ? $0 : nil }
    let isPreflight =
      head.method == .OPTIONS && origin != nil && head.headers.contains(name: "access-control-request-method")
    return CORSGrant(
      origin: origin, allowedOrigin: allowed, variesByOrigin: !origins.contains(.any), isPreflight: isPreflight,
      requestedHeaders: isPreflight ? head.headers.first(name: "access-control-request-headers") : nil)
  }
}
