import NIOCore
import NIOHPACK
import Testing
import TraceModel

@testable import Receivers

/// Clients that mean harm: each is cut off after a bounded number of bytes, and holds nothing afterwards.
@Suite struct GRPCAttackTests {
  typealias Frame = GRPCPeer.Frame
  private let sink = RecordingSink()
  private let enhanceYourCalm: UInt32 = 11

  /// Sends frames until the connection closes, and tells after how many it did.
  private func flood(_ peer: GRPCPeer, framesMax: Int = 5000, _ frames: (Int) throws -> [Frame]) throws -> Int {
    var count = 0
    while peer.channel.isActive, count < framesMax {
      let frames = try frames(count)
      try peer.send(frames.flatMap(\.bytes))
      count += frames.count
    }
    return count
  }

  private func expectCut(_ peer: GRPCPeer, code: UInt32, _ refusals: [Refusal]) {
    #expect(!peer.channel.isActive)
    #expect(peer.goodbye == code)
    #expect(sink.refusals == refusals)
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test(arguments: [
    Frame(type: Frame.ping, payload: [0, 1, 2, 3, 4, 5, 6, 7]), Frame(type: Frame.settings),
    Frame(type: Frame.priority, stream: 5, payload: [0, 0, 0, 0, 1]),
    Frame(type: Frame.windowUpdate, payload: [0, 0, 0, 1]), Frame(type: 77, payload: [1]),
    Frame(type: Frame.ping, flags: Frame.acknowledgement, payload: [0, 1, 2, 3, 4, 5, 6, 7]),
  ])
  func `a flood of frames that do nothing ends`(frame: Frame) throws {
    let peer = try GRPCPeer(sink)
    #expect(try flood(peer) { _ in [frame] } <= 1001)
    expectCut(peer, code: enhanceYourCalm, [.tooManyFrames])
  }

  @Test func `a flood of empty DATA ends`() throws {
    let peer = try GRPCPeer(sink)
    try peer.send(try peer.open(1))
    #expect(try flood(peer) { _ in [Frame(type: Frame.data, stream: 1)] } <= 17)
    #expect(!peer.channel.isActive)
    #expect(peer.goodbye == enhanceYourCalm)
    #expect(sink.refusals.contains(.truncatedBody))
  }

  @Test func `a flood of DATA of one byte ends`() throws {
    let peer = try GRPCPeer(sink)
    try peer.send(try peer.open(1), Frame(type: Frame.data, stream: 1, payload: framed([], length: 1 << 20)))
    #expect(try flood(peer) { _ in [Frame(type: Frame.data, stream: 1, payload: [0])] } <= 1000)
    expectCut(peer, code: enhanceYourCalm, [.tooManyFrames, .truncatedBody])
  }

  @Test func `calls begun and taken back, over and over, end`() throws {
    let peer = try GRPCPeer(sink)
    let count = try flood(peer) { count in
      let stream = UInt32(count + 1)
      return [try peer.open(stream), Frame(type: Frame.reset, stream: stream, payload: big(8))]
    }
    #expect(count <= 402)
    #expect(!peer.channel.isActive)
    #expect(peer.goodbye == enhanceYourCalm)
    #expect(Set(sink.refusals.map(\.reason)) == ["truncated_body", "malformed_http2"])
  }

  @Test func `a header in ever more CONTINUATION frames ends`() throws {
    let peer = try GRPCPeer(sink)
    var open = try peer.open(1)
    open.flags = 0
    try peer.send(open)
    #expect(try flood(peer) { _ in [Frame(type: Frame.continuation, stream: 1, payload: [0x82])] } <= 8)
    #expect(!peer.channel.isActive)
    #expect(peer.goodbye == enhanceYourCalm)
    #expect(sink.refusals.map(\.reason) == ["malformed_http2"])
  }

  @Test(arguments: [1, 10])
  func `a header past the limit ends the connection`(fields: Int) throws {
    let peer = try GRPCPeer(sink)
    let value = String(repeating: "x", count: 20_000 / fields)
    try peer.send(try peer.open(1, (0..<fields).map { ("x-\($0)", value) }))
    #expect(!peer.channel.isActive)
    #expect(sink.refusals.count == 1)
    #expect(sink.payloads.isEmpty)
  }

  @Test func `a header that grows when it is inflated ends the connection`() throws {
    let peer = try GRPCPeer(sink)
    // One long field goes into the table, and is then named by a byte, again and again.
    try peer.send(try peer.open(1, [("x-bomb", String(repeating: "x", count: 3500))], ends: true))
    let bomb = [UInt8](repeating: 0x80 | 62, count: 8000)
    var open = try peer.open(3)
    open.payload += bomb
    try peer.send(open)
    #expect(!peer.channel.isActive)
    #expect(sink.refusals.map(\.reason) == ["malformed_call", "malformed_http2"])
  }

  @Test func `only DATA may be as long as a frame can be`() throws {
    let peer = try GRPCPeer(sink)
    try peer.send(Frame(type: 77).header(length: 20_000))
    expectCut(peer, code: enhanceYourCalm, [.headerTooLarge])
  }

  @Test func `a frame longer than the settings say ends the connection`() throws {
    let peer = try GRPCPeer(sink)
    try peer.send(try peer.open(1), Frame(type: Frame.data, stream: 1, payload: framed([], length: 2 << 20)))
    try peer.send(Frame(type: Frame.data, stream: 1).header(length: 1 << 20 + 1))
    #expect(!peer.channel.isActive)
    #expect(peer.goodbye == 6 || peer.goodbye == 1)
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test func `who sends past its window is cut off`() throws {
    var limits = ReceiverLimits()
    limits.streamWindowByteCount = 100_000
    limits.connectionWindowByteCount = 200_000
    let peer = try GRPCPeer(sink, limits: limits)
    try peer.send(
      try peer.open(1),
      Frame(type: Frame.data, stream: 1, payload: framed([UInt8](repeating: 1, count: 16_000), length: 1 << 20)))
    // Not waiting for the window to open again.
    try peer.send(Frame(type: Frame.data, stream: 1, payload: [UInt8](repeating: 1, count: 250_000)))
    #expect(!peer.channel.isActive)
    #expect(peer.goodbye == 3)
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test func `more calls at once than the settings say end the connection`() throws {
    let sink = RecordingSink(answering: nil)
    let peer = try GRPCPeer(sink)
    for call in 0..<128 { try peer.send(try peer.open(UInt32(2 * call + 1))) }
    #expect(peer.channel.isActive)
    try peer.send(try peer.open(257))
    #expect(!peer.channel.isActive)
    #expect(sink.refusals.filter { $0 == .truncatedBody }.count == 128)
  }

  @Test func `a window that overflows ends the stream or the connection`() throws {
    let peer = try GRPCPeer(RecordingSink(answering: nil))
    try peer.call(1)
    try peer.send(Frame(type: Frame.windowUpdate, stream: 1, payload: big(0x7fff_ffff)))
    #expect(peer.answers[1]?.reset == 3)
    try peer.send(Frame(type: Frame.windowUpdate, payload: big(0x7fff_ffff)))
    #expect(!peer.channel.isActive)
    #expect(peer.goodbye == 3)
  }

  @Test func `bytes that are no frames end the connection`() throws {
    let peer = try GRPCPeer(sink)
    try peer.send([UInt8](repeating: 0xff, count: 100))
    #expect(!peer.channel.isActive)
    #expect(sink.refusals.count == 1)
  }

  @Test(arguments: 0..<200)
  func `random frames are borne`(seed: UInt64) throws {
    let sink = RecordingSink()
    let peer = try GRPCPeer(sink)
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33) % bound
    }
    for _ in 0..<60 where peer.channel.isActive {
      let stream = UInt32(random(9))
      let payload = (0..<random(40)).map { _ in UInt8(random(256)) }
      let frame =
        random(3) == 0
        ? try peer.open(stream | 1, ends: random(4) == 0)
        : Frame(type: UInt8(random(11)), flags: UInt8(random(256)), stream: stream, payload: payload)
      let bytes = frame.bytes
      try peer.send(Array(bytes[..<(random(20) == 0 ? random(bytes.count + 1) : bytes.count)]))
    }
    try peer.end()
    try peer.wait(.minutes(5))
    #expect(!peer.channel.isActive, "seed \(seed)")
    #expect(sink.budget.usedByteCount == 0, "seed \(seed)")
  }
}
