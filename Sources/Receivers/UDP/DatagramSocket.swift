import CLinux
import Glibc
import NIOCore

/// A bound UDP socket, and an event that wakes up who waits for it. The only file here with unsafe code.
final class DatagramSocket: Sendable {
  private let descriptor: Int32
  private let event: Int32

  /// Throws NIO's IOError.
  init(boundTo address: SocketAddress, receiveQueueByteCount: Int) throws {
    descriptor = socket(address.protocol.rawValue, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
    let event = clinux_make_event()
    guard event >= 0 else {
      // Only a whole object runs deinit.
      close(descriptor)
      throw IOError(errnoCode: -event, reason: "eventfd")
    }
    self.event = event
    askForQueue(byteCount: receiveQueueByteCount)
    let result = unsafe address.withSockAddr { (pointer, length) in
      unsafe bind(descriptor, pointer, socklen_t(length))
    }
    guard result == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
  }

  deinit {
    close(descriptor)
    close(event)
  }

  /// The port that it is bound to.
  var port: Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe getsockname(descriptor, address, &length)
      }
    }
    guard result == 0 else { return 0 }
    // The port stands at the same place in sockaddr_in and sockaddr_in6.
    return unsafe withUnsafeBytes(of: storage) { bytes in
      unsafe Int(UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self)))
    }
  }

  /// What the kernel grants the receive queue, its own overhead included: twice what was asked for at best.
  var receiveQueueByteCount: Int {
    var size: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return unsafe getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, &length) == 0 ? Int(size) : 0
  }

  /// Datagrams thrown away because the receive queue was full, since the socket was made. Wraps around.
  var dropCount: UInt32 {
    var memory: [9 of UInt32] = .init(repeating: 0)
    var length = socklen_t(MemoryLayout<[9 of UInt32]>.size)
    let result = unsafe withUnsafeMutablePointer(to: &memory) { pointer in
      unsafe getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, pointer, &length)
    }
    // SK_MEMINFO_DROPS of linux/sock_diag.h.
    return result == 0 ? memory[8] : 0
  }

  /// Returns when a datagram is there, when `wake` was called (true), or when the time is over.
  func wait(milliseconds: Int32) -> Bool {
    var waiting: [2 of pollfd] = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: event, events: Int16(POLLIN), revents: 0),
    ]
    _ = unsafe withUnsafeMutablePointer(to: &waiting) { pointer in
      unsafe pointer.withMemoryRebound(to: pollfd.self, capacity: 2) { unsafe poll($0, 2, milliseconds) }
    }
    return waiting[1].revents != 0
  }

  /// Makes every `wait` return true from now on.
  func wake() {
    var one: UInt64 = 1
    _ = unsafe write(event, &one, 8)
  }

  /// Fills the batch with what waits, and says with how many datagrams; 0 if there are none or on an error, which the
  /// kernel forgets once it is read.
  func receive(into batch: inout DatagramBatch) -> Int {
    // Whoever kept a payload of the last read keeps its memory; the batch then takes new memory.
    batch.buffer.clear()
    let (stride, count) = (batch.stride, batch.datagrams.count)
    var received = 0
    unsafe batch.buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: stride * count) { bytes in
      received = unsafe batch.datagrams.withUnsafeMutableBufferPointer { datagrams in
        unsafe Int(
          clinux_receive_datagrams(descriptor, bytes.baseAddress, stride, datagrams.baseAddress, UInt32(count)))
      }
      return max(received, 0) * stride
    }
    return max(received, 0)
  }

  private func askForQueue(byteCount: Int) {
    var size = Int32(clamping: byteCount)
    let length = socklen_t(MemoryLayout<Int32>.size)
    // Root may go past net.core.rmem_max.
    if unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, length) != 0 {
      _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, length)
    }
  }
}
