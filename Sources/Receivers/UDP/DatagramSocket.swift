import CLinux
import Glibc
import NIOCore
import Synchronization

/// A bound socket for datagrams, and an event that wakes up who waits for it.
final class DatagramSocket: Sendable {
  private let descriptor: Int32
  private let event: Int32
  private let isClosed = Atomic(false)
  /// Whether senders wait for a place in the receive queue, which then holds a few datagrams only
  /// (net.unix.max_dgram_qlen).
  let makesSendersWait: Bool

  /// Throws NIO's IOError.
  init(boundTo address: SocketAddress, receiveQueueByteCount: Int) throws {
    makesSendersWait = address.protocol == .unix
    descriptor = socket(address.protocol.rawValue, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
    let event = clinux_make_event()
    guard event >= 0 else {
      // Only a whole object runs deinit.
      Glibc.close(descriptor)
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
    close()
    Glibc.close(event)
  }

  /// Nobody may be using it any more, nor do so later. A second call does nothing.
  func close() {
    if !isClosed.exchange(true, ordering: .relaxed) { Glibc.close(descriptor) }
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

  /// Returns when the time is over, or true when `wake` was called.
  func sleep(_ amount: TimeAmount) -> Bool {
    guard amount > .zero else { return false }
    var waiting = pollfd(fd: event, events: Int16(POLLIN), revents: 0)
    var time = timespec(
      tv_sec: Int(amount.nanoseconds / 1_000_000_000), tv_nsec: Int(amount.nanoseconds % 1_000_000_000))
    return unsafe clinux_wait(&waiting, 1, &time) > 0
  }

  /// Makes every `wait` return true from now on.
  func wake() {
    var one: UInt64 = 1
    _ = unsafe write(event, &one, 8)
  }

  /// Fills the batch with what waits, and says with how many datagrams; 0 if there are none or on an error, which the
  /// kernel forgets once it is read.
  func receive(into batch: inout DatagramBatch) -> Int {
    let (stride, byteCountMax, count) = (batch.stride, batch.byteCountMax, batch.datagrams.count)
    let received = unsafe batch.payloads.bytes.withUnsafeMutableBytes { bytes in
      unsafe batch.datagrams.withUnsafeMutableBufferPointer { datagrams in
        unsafe clinux_receive_datagrams(
          descriptor, bytes.baseAddress, stride, byteCountMax, datagrams.baseAddress, UInt32(count))
      }
    }
    return max(Int(received), 0)
  }

  /// Memory to receive into, of which only what datagrams need will ever be touched.
  func makeBatch(_ limits: ReceiverLimits) -> DatagramBatch {
    DatagramBatch(limits: limits) { byteCount in
      unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { _, count in count = byteCount }
    }
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
