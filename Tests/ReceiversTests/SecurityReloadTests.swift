import NIOCore
import Synchronization
import Testing

@testable import Receivers

/// Files that change, on a clock that the tests turn.
@Suite struct SecurityReloadTests {
  /// Files, clock and notices of one test.
  private final class World: Sendable {
    struct State {
      var files: [String: String] = ["a": "1", "b": "2"]
      var now = NIODeadline.uptimeNanoseconds(0)
      var reads = 0
      var notices: [String] = []
    }
    let state = Mutex(State())

    func set(_ file: String, _ text: String?) { state.withLock { $0.files[file] = text } }

    func advance(_ amount: TimeAmount) { state.withLock { $0.now = $0.now + amount } }

    var notices: [String] { state.withLock { $0.notices } }
    var reads: Int { state.withLock { $0.reads } }

    @Sendable func read(_ path: String) throws(ReceiverError) -> [UInt8] {
      let text = state.withLock { state in
        state.reads += 1
        return state.files[path]
      }
      guard let text else { throw .unusableFile(path, .http, problem: "gone") }
      return Array(text.utf8)
    }

    /// The sum of two numbers in two files.
    func sum() throws(ReceiverError) -> Reloaded<Int> {
      try Reloaded(
        ["a", "b"], read: { path throws(ReceiverError) in try self.read(path) },
        now: { self.state.withLock { $0.now } },
        onNotice: { notice in self.state.withLock { $0.notices.append(notice) } }
      ) { contents throws(ReceiverError) in
        var sum = 0
        for content in contents {
          guard let number = Int(String(decoding: content, as: UTF8.self)) else {
            throw .unusableFile("a", .http, problem: "no number")
          }
          sum += number
        }
        return sum
      }
    }
  }

  private let world = World()

  @Test func `a change is seen after a second, and told of once`() throws {
    let sum = try world.sum()
    world.set("a", "10")
    world.advance(.milliseconds(999))
    #expect(sum.current == 3)
    world.advance(.milliseconds(1))
    #expect(sum.current == 12)
    #expect(sum.current == 12)
    #expect(world.notices == ["a, b changed and is in force"])
  }

  @Test func `files are read once a second at most, and only when somebody asks`() throws {
    let sum = try world.sum()
    for _ in 0..<1000 {
      #expect(sum.current == 3)
      world.advance(.milliseconds(10))
    }
    #expect(world.reads == 2 + 9 * 2)
    world.advance(.hours(1))
    #expect(world.reads == 20)
    #expect(world.notices.isEmpty)
  }

  @Test func `a file that has become bad changes nothing and is told of once, until it is good again`() throws {
    let sum = try world.sum()
    func check() -> Int {
      world.advance(.seconds(1))
      return sum.current
    }
    world.set("a", "ten")
    for _ in 0..<5 { #expect(check() == 3) }
    #expect(world.notices == ["otlp-http: cannot use a: no number; what was read before stays in force"])
    world.set("a", nil)
    for _ in 0..<5 { #expect(check() == 3) }
    #expect(world.notices.last == "otlp-http: cannot use a: gone; what was read before stays in force")
    #expect(world.notices.count == 2)
    world.set("a", "10")
    #expect(check() == 12)
    #expect(world.notices.count == 3)
    world.set("a", "ten")
    #expect(check() == 12)
    #expect(world.notices.count == 4)
  }

  @Test func `a file that is bad and then as before needs no word, and may be bad again`() throws {
    let sum = try world.sum()
    for round in 1...3 {
      world.set("b", "")
      world.advance(.seconds(1))
      #expect(sum.current == 3)
      #expect(world.notices.count == round)
      world.set("b", "2")
      world.advance(.seconds(1))
      #expect(sum.current == 3)
    }
  }

  @Test func `what is bad from the start is an error`() {
    world.set("b", nil)
    #expect(throws: ReceiverError.unusableFile("b", .http, problem: "gone")) { try world.sum() }
  }
}
