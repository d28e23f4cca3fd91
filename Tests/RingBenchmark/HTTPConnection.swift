import Glibc

/// A connection that stays open for one request after another, with nothing between it and the kernel that could take
/// time of its own.
final class HTTPConnection {
  private let socket: Int32
  private let address: String
  private var unread: [UInt8] = []

  init(to address: String) throws {
    self.address = address
    let parts = address.split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1]) else { throw BenchmarkError.badAddress(address) }
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    guard unsafe inet_pton(AF_INET, String(parts[0]), &name.sin_addr) == 1 else {
      throw BenchmarkError.badAddress(address)
    }
    let status = unsafe withUnsafePointer(to: &name) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw BenchmarkError.io(errno) }
    var isOn: Int32 = 1
    _ = unsafe setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(socket) }

  func get(_ path: String) throws -> (status: Int, body: [UInt8]) {
    try send(Array("GET \(path) HTTP/1.1\r\nHost: \(address)\r\n\r\n".utf8))
    return try receive()
  }

  func post(_ path: String, _ body: [UInt8]) throws -> (status: Int, body: [UInt8]) {
    let head = "POST \(path) HTTP/1.1\r\nHost: \(address)\r\nContent-Type: application/x-protobuf\r\n"
    try send(Array("\(head)Content-Length: \(body.count)\r\n\r\n".utf8) + body)
    return try receive()
  }

  private func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(socket, $0.baseAddress, $0.count) }
      guard count > 0 else { throw BenchmarkError.io(errno) }
      rest = rest.dropFirst(count)
    }
  }

  private func receive() throws -> (status: Int, body: [UInt8]) {
    let emptyLine = Array("\r\n\r\n".utf8)
    while true {
      if let end = unread.firstRange(of: emptyLine) {
        let head = String(decoding: unread[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let length =
          lines.first { $0.lowercased().hasPrefix("content-length:") }
          .flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) } ?? 0
        while unread.count < end.upperBound + length { try readMore() }
        defer { unread.removeFirst(end.upperBound + length) }
        return (status, Array(unread[end.upperBound..<end.upperBound + length]))
      }
      try readMore()
    }
  }

  private func readMore() throws {
    let more = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      unsafe count = max(0, read(socket, buffer.baseAddress, buffer.count))
    }
    guard !more.isEmpty else { throw BenchmarkError.io(errno) }
    unread += more
  }
}
