/// An ExportTraceServiceResponse.
struct ExportResponse: Hashable, Sendable {
  var rejectedSpans = 0
  var errorMessage = ""

  init?(parsing bytes: [UInt8]) {
    guard let fields = Protobuf.fields(of: bytes) else { return nil }
    for partialSuccess in fields where partialSuccess.id == 1 {
      for field in Protobuf.fields(of: partialSuccess.content) ?? [] {
        if field.id == 1 { rejectedSpans = Int(field.number) }
        if field.id == 2 { errorMessage = String(decoding: field.content, as: UTF8.self) }
      }
    }
  }
}

/// A google.rpc.Status, which is what OTLP/HTTP answers with when it refuses.
struct RPCStatus: Hashable, Sendable {
  var code = 0
  var message = ""

  init?(parsing bytes: [UInt8]) {
    guard let fields = Protobuf.fields(of: bytes), !fields.isEmpty else { return nil }
    for field in fields {
      if field.id == 1 { code = Int(field.number) }
      if field.id == 2 { message = String(decoding: field.content, as: UTF8.self) }
    }
  }
}

/// An ExportTraceServiceRequest, or TracesData, which is the same on the wire.
enum ExportRequest {
  static func spanCount(_ bytes: [UInt8]) -> Int {
    children(1, of: bytes).flatMap { children(2, of: $0) }.flatMap { children(2, of: $0) }.count
  }

  static func children(_ field: Int, of message: [UInt8]) -> [[UInt8]] {
    (Protobuf.fields(of: message) ?? []).filter { $0.id == field }.map(\.content)
  }
}
