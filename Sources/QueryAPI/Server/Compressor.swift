import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import Synchronization

/// Compresses answers for those who ask for it, on a thread of its own: a large one takes a tenth of a second.
final class Compressor: Sendable {
  private let gzip: @Sendable (ByteBuffer) -> ByteBuffer?
  private let thread = NIOThreadPool(numberOfThreads: 1)

  init(_ gzip: @escaping @Sendable (ByteBuffer) -> ByteBuffer?) {
    self.gzip = gzip
    thread.start()
  }

  /// The same answer, compressed if that makes it shorter.
  func compressed(_ response: Response, for request: Request) async throws -> Response {
    guard response.headers[.contentEncoding] == nil, Self.isCompressible(response.headers[.contentType]),
      let length = response.body.contentLength, length >= APILimits.compressedByteCountMin
    else { return response }
    var response = response
    response.headers.append(HTTPField(name: .vary, value: "Accept-Encoding"))
    guard Self.accepts(request.headers[values: .acceptEncoding]) else { return response }
    let body = CollectedBody()
    try await response.body.write(CollectedBody.Writer(body: body))
    let plain = body.bytes
    let packed = try await thread.runIfActive { self.gzip(plain) }
    let isShorter = packed.map { $0.readableBytes < plain.readableBytes } ?? false
    let bytes = isShorter ? packed ?? plain : plain
    if isShorter { response.headers[.contentEncoding] = "gzip" }
    response.headers[.contentLength] = String(bytes.readableBytes)
    response.body = ResponseBody(byteBuffer: bytes)
    return response
  }

  /// Whether gzip is named, or anything is welcome, with a weight above zero (RFC 9110, 12.5.3).
  static func accepts(_ fields: [String]) -> Bool {
    var verdicts: [String: Bool] = [:]
    for part in fields.joined(separator: ",").split(separator: ",").prefix(32) {
      let pieces = part.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
      guard let coding = pieces.first else { continue }
      let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      verdicts[coding] = weight > 0
    }
    return verdicts["gzip"] ?? verdicts["x-gzip"] ?? verdicts["*"] ?? false
  }

  /// Pictures in PNG and PDF are compressed already.
  private static func isCompressible(_ contentType: String?) -> Bool {
    guard let type = contentType?.prefix(while: { $0 != ";" }).lowercased() else { return false }
    return type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("protobuf") || type.hasSuffix("xml")
      || type == "application/openmetrics-text"
  }
}

/// A body that has been written to memory.
private final class CollectedBody: Sendable {
  private let collected = Mutex(ByteBuffer())

  var bytes: ByteBuffer { collected.withLock { $0 } }

  struct Writer: ResponseBodyWriter {
    let body: CollectedBody

    mutating func write(_ buffer: ByteBuffer) async throws {
      body.collected.withLock { collected in
        if collected.readableBytes == 0 { collected = buffer } else { collected.writeImmutableBuffer(buffer) }
      }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }
}
