import Rendering
import Testing

@testable import SpoorCommand

@Suite struct KeyDecoderTests {
  private func keys(_ bytes: [UInt8]) -> [TopView.Key] {
    var decoder = KeyDecoder()
    return bytes.compactMap { decoder.decode($0) }
  }

  @Test func `characters are keys, and controls mean what they do`() {
    #expect(keys(Array("q5\t ".utf8)) == [.character("q"), .character("5"), .character("\t"), .character(" ")])
    #expect(keys([0x03]) == [.interrupt] && keys([0x04]) == [.interrupt])
    #expect(keys([0x00, 0x01, 0x80, 0xff]).isEmpty)
  }

  @Test func `arrows and pages come in the forms that terminals send`() {
    #expect(keys(Array("\u{1b}[A\u{1b}[B\u{1b}OC\u{1b}OD".utf8)) == [.up, .down, .right, .left])
    #expect(keys(Array("\u{1b}[5~\u{1b}[6~\u{1b}[H\u{1b}[4~".utf8)) == [.pageUp, .pageDown, .home, .end])
    #expect(keys(Array("\u{1b}[1;5A".utf8)) == [.up])
  }

  @Test func `what is unknown swallows nothing behind it`() {
    #expect(keys(Array("\u{1b}[99999999999999999999zq".utf8)) == [.character("q")])
    #expect(keys(Array("\u{1b}q".utf8)) == [.character("q")])
    #expect(keys(Array("\u{1b}\u{1b}[A".utf8)) == [.up])
  }
}
