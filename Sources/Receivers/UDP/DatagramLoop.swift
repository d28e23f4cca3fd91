import NIOCore
import Synchronization

/// What the thread of a datagram listener does until it is woken up to stop.
struct DatagramLoop {
  private let socket: DatagramSocket
  private let form: DatagramForm
  private let sink: any PayloadSink
  private let limits: ReceiverLimits
  private let pause: TimeAmount
  private let underWay = BytesUnderWay()
  private var batch: DatagramBatch
  private var refusals = RefusedDatagrams()
  private var reportedDropCount: UInt32 = 0
  private var nextReport = NIODeadline.now()

  init(socket: DatagramSocket, form: DatagramForm = .raw, sink: any PayloadSink, limits: ReceiverLimits) {
    self.socket = socket
    self.form = form
    self.sink = sink
    self.limits = limits
    // A short queue would overflow meanwhile.
    let mayPause = socket.receiveQueueByteCount >= limits.receiveQueueByteCount && !socket.makesSendersWait
    pause = mayPause ? limits.datagramPause : .zero
    batch = socket.makeBatch(limits)
  }

  mutating func run() {
    var count = 0
    while !waitForMore(after: count) {
      count = readWhatWaits()
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

  /// Says how many datagrams the last read has brought.
  private mutating func readWhatWaits() -> Int {
    var count = batch.datagrams.count
    // A full batch says that there may be more, and saves asking; the bound lets the wake-up in.
    for _ in 0..<64 where count == batch.datagrams.count && !underWay.isMore(than: sink.budget.datagramShare) {
      count = handOver()
    }
    return count
  }

  /// Returns true when it is time to stop.
  ///
  /// Where datagrams come more often than once a pause, one pause and one read serve all of them: waking up costs more
  /// than reading. Where they are too many for the store, the kernel's queue fills up while this sleeps, and it counts
  /// what it drops.
  private func waitForMore(after count: Int) -> Bool {
    count == 0 ? socket.wait(milliseconds: 1000) : socket.sleep(pause)
  }

  /// Reads once, and says how many datagrams that were.
  private mutating func handOver() -> Int {
    let count = socket.receive(into: &batch)
    guard count > 0 else { return 0 }
    batch.payloads.ranges.removeAll(keepingCapacity: true)
    switch form {
    case .raw: for index in 0..<count { takeRaw(index) }
    case .xray: takeXRay(count)
    }
    if !batch.payloads.ranges.isEmpty {
      let (underWay, byteCount) = (underWay, batch.payloads.byteCount)
      underWay.add(byteCount)
      sink.receive(batch.payloads, from: form.transport) { underWay.add(-byteCount) }
    }
    refusals.report(to: sink, from: form.transport, limit: batch.byteCountMax)
    return count
  }

  private mutating func takeRaw(_ index: Int) {
    let range = batch.range(index)
    if isWhole(index, range) { batch.payloads.ranges.append(range) }
  }

  private mutating func takeXRay(_ count: Int) {
    for index in 0..<count {
      let range = batch.range(index)
      guard isWhole(index, range) else { continue }
      var bytes = batch.payloads.bytes.mutableSpan
      do throws(XRayFault) {
        let payload = try XRayDatagram.unwrap(range, of: &bytes)
        batch.payloads.ranges.append(payload)
      } catch {
        refusals.add(error)
      }
    }
  }

  private mutating func isWhole(_ index: Int, _ range: Range<Int>) -> Bool {
    if batch.isTruncated(index) {
      refusals.truncated += 1
    } else if range.isEmpty {
      refusals.empty += 1
    } else {
      return true
    }
    return false
  }

  /// The kernel's counter wraps around, which the difference does not notice.
  private mutating func reportDrops() {
    let dropCount = socket.dropCount
    if dropCount != reportedDropCount {
      sink.kernelDropped(UInt64(dropCount &- reportedDropCount), from: form.transport)
      reportedDropCount = dropCount
    }
    nextReport = .now() + .seconds(1)
  }
}

/// The bytes of one listener that the sink has taken and not settled.
private final class BytesUnderWay: Sendable {
  private let byteCount = Atomic(0)

  func add(_ more: Int) { byteCount.add(more, ordering: .relaxed) }

  func isMore(than share: Int) -> Bool { byteCount.load(ordering: .relaxed) > share }
}
