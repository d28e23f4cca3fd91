import RingStore
import TraceModel

/// Forty operations that take a ring through everything that happens to one: it is made, filled, stopped, started, sealed,
/// lapped, made larger and smaller. Runs until the disk dies.
package struct Scenario {
  package private(set) var witness = Witness()
  private let files: SimulatedFileSystem
  private var ring: Ring?
  /// What was sent since the last durable moment begins here.
  private var firstUnacknowledged = 0

  package static let path = "/ring"
  static let slotByteCount: UInt64 = 64 << 10

  private enum Operation {
    case open(slots: UInt64)
    /// A span of so many bytes.
    case append(Int)
    /// So many spans of 6000 bytes, each its own block.
    case fill(Int)
    case sync
    case stop
    /// The process ends without a word.
    case kill
  }

  // What is filled between two syncs is less than a lap, which would leave nothing that was acknowledged.
  private static let operations: [Operation] = [
    .open(slots: 8), .append(100), .sync, .append(5000), .append(10), .sync, .stop,
    .open(slots: 8), .append(300), .sync, .fill(9), .sync, .append(40), .kill,
    .open(slots: 8), .append(7), .sync, .fill(16), .append(1000), .sync, .fill(17), .sync, .append(6), .stop,
    .open(slots: 10), .append(2000), .sync, .fill(18), .sync, .append(30), .kill,
    .open(slots: 8), .append(12), .sync, .fill(8), .append(6000), .sync, .append(1), .sync, .stop,
  ]

  package static var operationCount: Int { operations.count }

  package init(on files: SimulatedFileSystem) { self.files = files }

  static func capacity(slots: UInt64) -> UInt64 { slots * slotByteCount + 64 << 10 }

  package static func open(
    _ files: SimulatedFileSystem, slots: UInt64? = nil, now: @escaping () -> Timestamp,
    seal: ((SealJob) -> Void)? = nil
  ) throws(RingError) -> Ring {
    var random = SplitMix64(state: 1)
    return try Ring.open(
      path, capacity: slots.map(capacity(slots:)), slotByteCount: slotByteCount, files: files, now: now,
      entropy: { random.next() }, seal: seal)
  }

  package mutating func run() {
    do throws(RingError) {
      for operation in Self.operations { try perform(operation) }
    } catch {
      // The disk died; what was promised until then counts.
    }
  }

  private mutating func perform(_ operation: Operation) throws(RingError) {
    switch operation {
    case .open(let slots):
      let clock = SimulatedClock()
      ring = try Self.open(files, slots: slots, now: { clock.now })
    case .append(let byteCount): try append(byteCount)
    case .fill(let count):
      for _ in 0..<count { try append(6000) }
    case .sync:
      try ring?.sync()
      acknowledge()
    case .stop:
      try ring?.close()
      acknowledge()
      ring = nil
    case .kill: ring = nil
    }
  }

  private mutating func append(_ byteCount: Int) throws(RingError) {
    let span = witness.send(byteCount: byteCount)
    try ring?.append([SpanBatch([span])], receivedAt: Timestamp(unixSeconds: 1_700_000_000))
  }

  private mutating func acknowledge() {
    witness.acknowledge(firstUnacknowledged..<witness.sizes.count)
    firstUnacknowledged = witness.sizes.count
  }
}
