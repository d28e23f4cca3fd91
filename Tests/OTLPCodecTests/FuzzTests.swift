import OTLPCodec
import Testing
import TraceModel

@Suite struct FuzzTests {
  /// Whatever the reader of the wire lets through, protobuf-c takes too, but for what protobuf-c alone refuses: two
  /// values in one KeyValue of which one is unset.
  @Test func `mutated requests never trap and every span is accounted for`() {
    let seed = RoundTripTests.seed
    print("SPOOR_SEED=\(seed)")
    var source = SpanSource(seed: seed)
    let originals = (0..<20).map { _ in RequestEncoder.encode(source.spans(3)) }
    var decoder = RequestDecoder()
    var (taken, refused, refusedByProtobufC) = (0, 0, 0)
    for round in 0..<20_000 {
      let request = mutated(originals[round % originals.count], &source.random)
      do throws(DecodeError) {
        let decoded = try decoder.decode(request)
        #expect(decoded.batch.count + decoded.rejectedSpans == decoded.receivedSpans, "seed \(seed), round \(round)")
        #expect(throws: Never.self) { try decoded.batch.validate() }
        #expect((try? decoded.batch.spans().count) == decoded.batch.count)
        taken += 1
      } catch {
        if "\(error)".contains("protobuf-c") { refusedByProtobufC += 1 }
        refused += 1
      }
    }
    #expect(taken > 100 && refused > 100)
    #expect(refusedByProtobufC * 1000 < taken)
  }

  @Test func `mutated JSON never traps and every span is accounted for`() {
    let seed = RoundTripTests.seed
    var source = SpanSource(seed: seed)
    let originals = (0..<10).map { _ in OTLPJSON.encode(source.spans(2)) }
    for round in 0..<4_000 {
      let text = mutated(originals[round % originals.count], &source.random)
      guard let decoded = try? OTLPJSON.decode(text) else { continue }
      #expect(decoded.batch.count + decoded.rejectedSpans == decoded.receivedSpans, "seed \(seed), round \(round)")
    }
  }

  private func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, place + .random(in: 1...16, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = .random(in: 0...255, using: &random)
      case 2: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: .random(in: 0...bytes.count, using: &random))
      case 4: bytes[place] = bytes[place] &+ (Bool.random(using: &random) ? 1 : 255)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }
}
