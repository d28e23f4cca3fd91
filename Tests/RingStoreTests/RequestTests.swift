import Glibc
import Testing
import TraceModel

@testable import RingStore

@Suite struct RequestTests {
  static func fingerprint(_ bytes: [UInt8], _ ring: Ring) -> RequestFingerprint {
    ring.requestHasher.fingerprint(of: bytes)
  }

  static func request(_ number: UInt64, count: UInt64 = 1, in ring: Ring) -> ReceivedRequest {
    ReceivedRequest(
      SpanBatch((0..<count).map { SpanMaker.plain(number + $0) }), fingerprint: fingerprint([UInt8(number % 251)], ring)
    )
  }

  @Test func `fingerprints differ with every byte, with the length, and with the key`() {
    let hashers = [HashKey(high: 1, low: 2), HashKey(high: 1, low: 3), HashKey(high: 2, low: 2)].map(RequestHasher.init)
    var seen: Set<RequestFingerprint> = []
    var count = 0
    for hasher in hashers {
      for length in 0..<200 {
        seen.insert(hasher.fingerprint(of: [UInt8](repeating: 0, count: length)))
        count += 1
      }
      for position in 0..<200 {
        var bytes = [UInt8](repeating: 0, count: 200)
        bytes[position] = 1
        seen.insert(hasher.fingerprint(of: bytes))
        count += 1
      }
    }
    #expect(seen.count == count)
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(hashers[0].fingerprint(of: bytes) == hashers[0].fingerprint(of: Array(bytes[...])))
  }

  @Test func `a repeated request is not stored again, at once, after a sync, and after kill -9`() throws {
    let files = SimulatedFileSystem()
    var ring = try RingTests.open(files)
    let requests = (1...3).map { Self.request($0 * 10, count: 3, in: ring) }
    #expect(try ring.append(requests + [requests[0]], receivedAt: noon()) == [false, false, false, true])
    #expect(try ring.append([requests[1]], receivedAt: noon()) == [true])
    try ring.sync()
    #expect(try ring.append([requests[2]], receivedAt: noon()) == [true])
    for _ in 0..<2 {
      ring = try RingTests.open(files.copy())
      #expect(try ring.append(requests, receivedAt: noon()) == [true, true, true])
      #expect(ring.catalog.snapshot.retention.spans == 9)
      #expect(try ring.append([Self.request(77, in: ring)], receivedAt: noon()) == [false])
    }
  }

  @Test func `what a power loss took is stored when it is sent again`() throws {
    let files = SimulatedFileSystem()
    var ring = try RingTests.open(files)
    try ring.append([Self.request(1, in: ring)], receivedAt: noon())
    try ring.sync()
    try ring.append([Self.request(2, in: ring)], receivedAt: noon())
    var random = SplitMix64(state: 1)
    ring = try RingTests.open(files.crashed(keeping: .nothing, &random))
    let repeated = try ring.append(
      [Self.request(1, in: ring), Self.request(2, in: ring)], receivedAt: noon())
    #expect(repeated == [true, false])
    for number in 1...2 as ClosedRange<UInt64> {
      #expect(try RingTests.spans(number, in: ring.catalog.snapshot).count == 1)
    }
  }

  @Test func `a request that was refused by a failing disk is stored once when it is sent again`() throws {
    let (files, clock) = (SimulatedFileSystem(), FaultTests.Clock())
    let ring = try FaultTests.open(files, clock)
    for operation in 0..<20 { files.fail(operation: files.operationCount + operation, with: EIO) }
    #expect(throws: RingError.self) { try ring.append([Self.request(5, in: ring)], receivedAt: noon()) }
    files.heal()
    clock.advance(seconds: 10)
    #expect(try ring.append([Self.request(5, in: ring)], receivedAt: noon()) == [true])
    try ring.sync()
    var random = SplitMix64(state: 1)
    let again = try RingTests.open(files.crashed(keeping: .nothing, &random))
    #expect(try RingTests.spans(5, in: again.catalog.snapshot).count == 1)
    #expect(try again.append([Self.request(5, in: ring)], receivedAt: noon()) == [true])
  }

  @Test func `a request is forgotten with its spans`() throws {
    let files = SimulatedFileSystem()
    var ring = try RingTests.open(files)
    let first = Self.request(1, in: ring)
    try ring.append([first], receivedAt: noon())
    for _ in 0..<2 {
      #expect(try ring.append([first], receivedAt: noon()) == [true])
      try RingTests.append(ring, 1000..<1700, byteCount: 50_000)
      #expect(try RingTests.spans(1, in: ring.catalog.snapshot).isEmpty)
      #expect(try ring.append([first], receivedAt: noon()) == [false])
      try ring.close()
      ring = try RingTests.open(files)
    }
  }

  @Test func `a request that fills several blocks is known until the process ends`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    let large = Self.request(1, count: 5000, in: ring)
    #expect(try ring.append([large], receivedAt: noon()) == [false])
    #expect(ring.catalog.snapshot.blocks(overlapping: .all).count > 1)
    #expect(try ring.append([large], receivedAt: noon()) == [true])
    try ring.sync()
    #expect(try RingTests.open(files.copy()).append([large], receivedAt: noon()) == [false])
  }

  @Test func `requests that share too much for a block are parted, not cut`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    let requests = (0..<200 as Range<UInt64>).map { number in
      var maker = SpanMaker(seed: number)
      return ReceivedRequest(
        SpanBatch((0..<10).map { _ in maker.rich() }), fingerprint: RequestFingerprint(high: 1, low: number))
    }
    try ring.append(requests, receivedAt: noon())
    #expect(ring.catalog.snapshot.blocks(overlapping: .all).count > 5)
    let again = try RingTests.open(files.copy())
    #expect(try again.append(requests, receivedAt: noon()).allSatisfy { $0 })
  }

  @Test func `the oldest requests make room for new ones`() {
    var log = RequestLog(
      RingState(
        superblock: Superblock(
          ring: RingID(high: 1, low: 1), hashKey: HashKey(high: 1, low: 1), layout: SlotLayout(slotByteCount: 1 << 19),
          slotCount: 8, createdAt: noon(), capacity: 1 << 25)), RingFolder("/ring", files: SimulatedFileSystem()))
    let count = Limits.requestCountMax
    for number in 0..<count + 10 { log.insert(RequestFingerprint(high: 0, low: UInt64(number)), segment: 5) }
    #expect(!log.contains(RequestFingerprint(high: 0, low: 9), oldestSegment: 1))
    #expect(log.contains(RequestFingerprint(high: 0, low: 10), oldestSegment: 5))
    #expect(log.contains(RequestFingerprint(high: 0, low: UInt64(count + 9)), oldestSegment: 1))
    #expect(!log.contains(RequestFingerprint(high: 0, low: 10), oldestSegment: 6))
  }
}

extension RequestHasher {
  fileprivate func fingerprint(of bytes: [UInt8]) -> RequestFingerprint { unsafe fingerprint(of: bytes.span.bytes) }
}
