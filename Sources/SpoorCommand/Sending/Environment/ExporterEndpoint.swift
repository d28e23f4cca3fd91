/// A URL of `OTEL_EXPORTER_OTLP_ENDPOINT` or `…_TRACES_ENDPOINT`.
struct ExporterEndpoint: Hashable, Sendable {
  var authority: Authority
  /// `https`.
  var isEncrypted: Bool
  /// Where requests over HTTP go: below the path of an endpoint for all signals, exactly at that of one for traces.
  var path: String

  /// Nothing for what is no URL of `http` or `https`. A port that is not there is the scheme's own.
  init?(parsing text: String, isForTraces: Bool) {
    let schemes = [("http://", 80, false), ("https://", 443, true)]
    guard let (scheme, port, isEncrypted) = schemes.first(where: { text.lowercased().hasPrefix($0.0) }) else {
      return nil
    }
    let rest = text.dropFirst(scheme.count)
    let pathStart = rest.firstIndex(of: "/") ?? rest.endIndex
    let place = rest[..<pathStart]
    guard let authority = Authority(parsing: place) ?? Authority(parsing: "\(place):\(port)") else { return nil }
    let path = rest[pathStart...]
    // Anything else would be more than one target on the wire.
    guard path.utf8.allSatisfy({ $0 > 32 && $0 < 127 && !"?#".utf8.contains($0) }) else { return nil }
    self.authority = authority
    self.isEncrypted = isEncrypted
    if isForTraces {
      self.path = path.isEmpty ? "/" : String(path)
    } else {
      self.path = path + (path.hasSuffix("/") ? "" : "/") + "v1/traces"
    }
  }
}
