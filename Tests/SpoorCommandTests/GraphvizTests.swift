import Testing

@testable import SpoorCommand

@Suite struct GraphvizTests {
  @Test func `a picture in pixels has only so many, however large the map`() async throws {
    let near = try await Graphviz.draw(Self.map(width: 1_000), as: "png")
    let far = try await Graphviz.draw(Self.map(width: 100_000), as: "png")
    #expect((2_000...2_400).contains(Self.width(near)))
    #expect((11_000...11_520).contains(Self.width(far)))
  }

  @Test func `why a picture cannot be drawn is a sentence, as a server answers it`() async throws {
    let failure = await #expect(throws: CommandFailure.self) { try await Graphviz.draw("no graph", as: "svg") }
    let text = try #require(failure.map { "\($0)" })
    #expect(text.hasPrefix("Graphviz could not draw the map: ") && !text.contains("CommandFailure"))
  }

  /// Two nodes so many points apart.
  private static func map(width: Int) -> String {
    "digraph { graph [layout=nop2]; a [pos=\"0,0\"]; b [pos=\"\(width),0\"]; }"
  }

  /// What stands behind a PNG's signature and the length and name of its first chunk.
  private static func width(_ png: [UInt8]) -> Int { png.dropFirst(16).prefix(4).reduce(0) { $0 << 8 | Int($1) } }
}
