import NIOHTTP1

/// Which web pages' browsers may send here (https://fetch.spec.whatwg.org/#http-cors-protocol).
///
/// OpenTelemetry's exporter for browsers sends with `navigator.sendBeacon`, which always sends with credentials. To such a
/// request a browser takes neither `*` for an answer nor one that does not allow credentials, so each page is answered by
/// its name. Nothing of ours listens to cookies, and no answer holds anything to read.
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
    let allowed = origin.flatMap { origins.contains(.any) || origins.contains(.exactly($0)) ? $0 : nil }
    let isPreflight =
      head.method == .OPTIONS && origin != nil && head.headers.contains(name: "access-control-request-method")
    return CORSGrant(
      origin: origin, allowedOrigin: allowed, isPreflight: isPreflight,
      requestedHeaders: isPreflight ? head.headers.first(name: "access-control-request-headers") : nil)
  }
}
