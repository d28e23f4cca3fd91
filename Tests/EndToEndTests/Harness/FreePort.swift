import Foundation
import NIOCore
import NIOPosix

/// Ports for servers that cannot say which one the kernel gave them.
enum FreePort {
  /// A port of the loopback interface that nobody listens at now. It lies below those that the kernel hands out, so that
  /// no test beside this one is given it before the server is up.
  static func find() async throws -> Int {
    let range = try String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
    let first = range.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 32768
    for _ in 0..<1000 {
      let port = Int.random(in: max(1024, first / 2)..<max(1025, first))
      do {
        let group = MultiThreadedEventLoopGroup.singleton
        try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: port).get().close()
        return port
      } catch is IOError {
        continue
      }
    }
    throw NoFreePort(below: first)
  }

  struct NoFreePort: Error {
    var below: Int
  }
}
