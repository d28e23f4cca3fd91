import NIOCore
import Testing

@testable import Receivers

@Suite struct FrameWalkTests {
  private typealias Frame = GRPCPeer.Frame
  private let ping = Frame(type: Frame.ping, payload: [1, 2, 3, 4, 5, 6, 7, 8])

  private func walk(spares: Int) -> FrameWalk {
    var limits = ReceiverLimits()
    limits.framesToSpareMax = spares
    return FrameWalk(after: 0, limits: limits, now: .uptimeNanoseconds(0))
  }

  /// How many frames are let through, `size` bytes at a time.
  private func passed(_ walk: inout FrameWalk, _ frames: [Frame], by size: Int = 1 << 20, after: TimeAmount = .zero)
    -> Refusal?
  {
    let bytes = frames.flatMap(\.bytes)
    do throws(Refusal) {
      for start in stride(from: 0, to: bytes.count, by: size) {
        try walk.walk(
          over: ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]), now: .uptimeNanoseconds(0) + after)
      }
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [1, 2, 5, 8, 9, 10, 17, 1000])
  func `frames are found wherever reads cut them`(size: Int) {
    var walk = walk(spares: 4)
    let data = Frame(type: Frame.data, stream: 1, payload: [UInt8](repeating: 6, count: 300))
    #expect(passed(&walk, [ping, data, ping, data, ping, data, ping], by: size) == nil)
    #expect(!walk.isInsideFrame)
    #expect(passed(&walk, [data, ping], by: size) == .tooManyFrames)
  }

  @Test func `time and answers give frames back, up to what there was`() {
    var walk = walk(spares: 20)
    #expect(passed(&walk, Array(repeating: ping, count: 20)) == nil)
    #expect(passed(&walk, Array(repeating: ping, count: 10), after: .seconds(1)) == nil)
    walk.requestAnswered()
    #expect(passed(&walk, Array(repeating: ping, count: 16), after: .seconds(1)) == nil)
    #expect(passed(&walk, Array(repeating: ping, count: 20), after: .hours(1)) == nil)
    walk.requestAnswered()
    walk.requestAnswered()
    #expect(passed(&walk, Array(repeating: ping, count: 21), after: .hours(1)) == .tooManyFrames)
  }

  @Test func `it knows when something has begun that must end`() {
    var walk = walk(spares: 20)
    #expect(passed(&walk, [ping]) == nil && !walk.isInsideFrame)
    #expect(passed(&walk, [Frame(type: Frame.headers, stream: 1, payload: [0x82])]) == nil && walk.isInsideFrame)
    #expect(
      passed(
        &walk, [Frame(type: Frame.continuation, flags: Frame.endHeaders, stream: 1, payload: [0x82])]) == nil
        && !walk.isInsideFrame)
  }
}
