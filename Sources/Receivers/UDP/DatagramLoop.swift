import NIOCore

/// What the UDP thread does until it is woken up to stop.
struct DatagramLoop {
  private let socket: DatagramSocket
  private let sink: any PayloadSink
  private let limits: ReceiverLimits
  private var batch: DatagramBatch
  private var reportedDropCount: UInt32 = 0
  private var nextReport = NIODeadline.now()

  init(socket: DatagramSocket, sink: any PayloadSink, limits: ReceiverLimits) {
    self.socket = socket
    self.sink = sink
    self.limits = limits
    batch = DatagramBatch(limits: limits)
  }

  mutating func run() {
    while !socket.wait(milliseconds: 1000) {
      // A full batch says that there may be more, and saves asking; the bound lets the wake-up in.
      for _ in 0..<64 where handOver() < batch.datagrams.count { break }
      if NIODeadline.now() >= nextReport { reportDrops() }
    }
    var drained = 0
    while drained < limits.datagramsDrainedMax {
      let count = handOver()
      if count == 0 { break }
      drained += count
    }
    reportDrops()
  }

  /// Reads once, and says how many datagrams that were.
  private mutating func handOver() -> Int {
    let count = socket.receive(into: &batch)
    for index in 0..<count {
      let payload = batch.payload(index)
      if batch.isTruncated(index) {
        _ = sink.refuse(.truncatedDatagram(limit: limits.datagramByteCountMax), from: .udp)
      } else if payload.readableBytes == 0 {
        _ = sink.refuse(.emptyDatagram, from: .udp)
      } else {
        sink.receive(payload, from: .udp) { _ in }
      }
    }
    return count
  }

  /// The kernel's counter wraps around, which the difference does not notice.
  private mutating func reportDrops() {
    let dropCount = socket.dropCount
    if dropCount != reportedDropCount {
      sink.kernelDropped(UInt64(dropCount &- reportedDropCount), from: .udp)
      reportedDropCount = dropCount
    }
    nextReport = .now() + .seconds(1)
  }
}
