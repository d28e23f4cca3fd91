/// A span as Zipkin's API has it (https://zipkin.io/zipkin-api/, "Span"). Times are in microseconds; what is nil is left out.
struct ZipkinSpan: Encodable {
  let traceId: String
  let id: String
  let parentId: String?
  let kind: Kind?
  /// In lower case, as Zipkin's servers make it.
  let name: String?
  let timestamp: UInt64?
  let duration: UInt64?
  let localEndpoint: ZipkinEndpoint?
  let remoteEndpoint: ZipkinEndpoint?
  let annotations: [Annotation]?
  let tags: [String: String]?
  let debug: Bool?
  let shared: Bool?

  enum Kind: String, Encodable {
    case client = "CLIENT"
    case server = "SERVER"
    case producer = "PRODUCER"
    case consumer = "CONSUMER"
  }

  struct Annotation: Encodable {
    let timestamp: UInt64
    let value: String
  }
}

/// Who is at one end of a call.
struct ZipkinEndpoint: Encodable {
  /// In lower case.
  var serviceName: String?
  var ipv4: String?
  var ipv6: String?
  var port: UInt16?

  var isEmpty: Bool { serviceName == nil && ipv4 == nil && ipv6 == nil }

  /// Takes an address of either family, or a name of a host where there is none of a service.
  mutating func add(address: String) {
    if address.isIPv4Address {
      ipv4 = ipv4 ?? address
    } else if address.isIPv6Address {
      ipv6 = ipv6 ?? address
    } else if serviceName == nil, !address.isEmpty {
      serviceName = address.lowercased()
    }
  }
}

extension String {
  /// Four numbers with dots.
  var isIPv4Address: Bool {
    let parts = utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.count) && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
          && UInt8(String(decoding: part, as: UTF8.self)) != nil
      }
  }

  /// Hexadecimal digits with at least two colons, and perhaps an IPv4 address at the end.
  var isIPv6Address: Bool {
    utf8.count <= 45 && utf8.count { $0 == UInt8(ascii: ":") } >= 2
      && unicodeScalars.allSatisfy { $0 == ":" || $0 == "." || $0.properties.isASCIIHexDigit }
  }
}
