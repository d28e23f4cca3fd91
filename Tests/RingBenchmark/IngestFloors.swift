import CChecksum
import NIOCore
import OTLPCodec
import Receivers

/// What a span costs when its request's bytes are only touched: the least that any collector must pay.
struct IngestFloors {
  private static let spansARequest = 512
  private static let rounds = 200

  func run() throws {
    var workload = Workload(seed: 5)
    let requests = (0..<8).map { _ in RequestEncoder.encode(workload.request(spanCount: Self.spansARequest)) }
    let byteCount = requests.reduce(0) { $0 + $1.count }
    let spans = requests.count * Self.spansARequest
    Figure(part: "floors", name: "as OTLP", value: Double(byteCount) / Double(spans), unit: "B/span").report()
    var copy = [UInt8](repeating: 0, count: requests.map(\.count).max() ?? 0)
    var checksum: UInt32 = 0
    report("memcpy") {
      for request in requests {
        unsafe copy.withUnsafeMutableBytes { to in unsafe request.withUnsafeBytes { unsafe to.copyMemory(from: $0) } }
        checksum &+= UInt32(copy[Int(checksum % 4096)])
      }
    }
    report("CRC32C") {
      for request in requests {
        checksum = unsafe request.withUnsafeBytes { unsafe spoor_crc32c(checksum, $0.baseAddress, $0.count) }
      }
    }
    let budget = ByteBudget(limit: 1 << 30)
    for coding in [ContentCoding.gzip, .zstd] {
      let packed = requests.map { Deflater.ofThisThread.deflate($0, to: coding).bytes }
      let ratio = Double(byteCount) / Double(packed.reduce(0) { $0 + $1.readableBytes })
      Figure(part: "floors", name: "\(coding) makes it shorter by", value: ratio, unit: "times").report()
      try report("inflate \(coding)") {
        for request in packed {
          let inflated = try Inflater.ofThisThread.inflate(request, from: coding, limit: 1 << 30, budget: budget)
          checksum &+= UInt32(inflated.bytes.readableBytes)
          budget.give(inflated.charge)
        }
      }
    }
    // Keeps what was computed from being left out.
    if checksum == 1 { Output.errors.line("a rare checksum") }
  }

  private func report<Failure: Error>(_ what: String, _ work: () throws(Failure) -> Void) throws(Failure) {
    var fastest = UInt64.max
    for _ in 0..<Self.rounds { fastest = min(fastest, try ProcessorTime.spent(work)) }
    let value = Double(fastest) / Double(8 * Self.spansARequest)
    Figure(part: "floors", name: "CPU: " + what, value: value, unit: "ns/span").report()
  }
}
