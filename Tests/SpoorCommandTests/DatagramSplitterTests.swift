import OTLPCodec
import Testing
import TraceModel

@testable import SpoorCommand

@Suite struct DatagramSplitterTests {
  private let splitter = DatagramSplitter()

  @Test func `what fits a datagram is sent as it is, even if it is no request`() throws {
    let bytes = [UInt8](repeating: 0xFF, count: splitter.byteCountAimed)
    #expect(try splitter.split(bytes) == [bytes])
  }

  @Test(arguments: [2, 3, 7, 100, 1000])
  func `all spans arrive, in order, in datagrams of the size aimed at`(count: Int) throws {
    let spans = madeUpSpans(count, textLength: 700)
    let datagrams = try splitter.split(RequestEncoder.encode(spans))
    #expect(datagrams.allSatisfy { $0.count <= splitter.byteCountAimed })
    #expect(try datagrams.flatMap { try decoded($0) } == spans)
  }

  @Test func `a span larger than the aim has a datagram of its own`() throws {
    let spans = madeUpSpans(1) + madeUpSpans(2, textLength: 60_000)
    let datagrams = try splitter.split(spans[...])
    #expect(datagrams.count == 3)
    #expect(datagrams.allSatisfy { $0.count <= splitter.byteCountMax })
  }

  @Test func `a span larger than any datagram is an error that names it`() throws {
    let spans = madeUpSpans(3) + [madeUpSpans(9, textLength: 65_600)[8]]
    let length = RequestEncoder.encode([spans[3]]).count
    #expect(throws: SendingError.spanTooLarge(spanID: "0000000000000009", byteCount: length, limit: 65_507)) {
      try splitter.split(RequestEncoder.encode(spans))
    }
  }

  @Test func `a large request that is none cannot be split`() {
    #expect {
      try splitter.split([UInt8](repeating: 0xFF, count: 2000))
    } throws: { error in
      if case .unreadableRequest = error as? SendingError { true } else { false }
    }
  }

  @Test func `spans that a collector would reject are not lost in silence`() throws {
    var spans = madeUpSpans(2, textLength: 1000)
    spans[1].traceID = .zero
    #expect {
      try splitter.split(RequestEncoder.encode(spans))
    } throws: { error in
      if case .unreadableRequest = error as? SendingError { true } else { false }
    }
  }

  private func decoded(_ request: [UInt8]) throws -> [TraceModel.Span] {
    var decoder = RequestDecoder()
    return try decoder.decode(request).batch.spans()
  }
}
