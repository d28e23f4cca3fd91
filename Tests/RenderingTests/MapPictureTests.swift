import Testing
import TraceModel

@testable import Rendering

@Suite struct MapPictureTests {
  private func bytes(_ format: MapFormat, _ ground: MapStyle.Ground = .auto) async throws -> String {
    let picture = MapPicture(Shop.map, MapStyle(ground: ground))
    let bytes = try await picture.bytes(as: format) { Array(try Graphviz.run($0, format: $1).output.utf8) }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `each format is what it is called`() async throws {
    #expect(try await bytes(.dot).hasPrefix("digraph "))
    #expect(try await bytes(.json).hasPrefix("{"))
    #expect(try await bytes(.mermaid).contains("\nflowchart LR\n"))
    #expect(try await bytes(.svg).hasPrefix("<?xml"))
    #expect(try await bytes(.pdf).hasPrefix("%PDF-"))
    #expect(try await bytes(.png).contains("PNG\r\n"))
    #expect(Set(MapFormat.allCases.map(\.contentType)).count == MapFormat.allCases.count)
    #expect(
      MapFormat(name: "mermaid") == .mermaid && MapFormat(name: "mmd") == .mermaid && MapFormat(name: "gif") == nil)
  }

  @Test func `an SVG says its figures as titles, and follows the reader's system only if it may`() async throws {
    let svg = try await bytes(.svg)
    #expect(svg.contains("<a><title>payment (service)&#10;"))
    #expect(!svg.contains("xlink:title"))
    #expect(svg.contains("p99.9 920ms &#160;p100 1.38s</title>"))
    #expect(svg.contains("prefers-color-scheme: dark"))
    #expect(svg.contains("[fill=\"\(Theme.light.ink)\"] { fill: \(Theme.dark.ink) }"))
    #expect(try await !bytes(.svg, .light).contains("prefers-color-scheme"))
    let dark = try await bytes(.svg, .dark)
    #expect(!dark.contains("prefers-color-scheme") && dark.contains("<polygon fill=\"\(Theme.dark.background)\""))
  }

  @Test func `what is of one colour in the light is of one colour in the dark`() {
    var dark: [String: String] = [:]
    for (light, other) in zip(Theme.light.colors, Theme.dark.colors) {
      #expect(dark[light, default: other] == other, "\(light)")
      dark[light] = other
    }
  }

  @Test(arguments: ["", "<svg", "<svg>", "<svg><a xlink:title=\"", "<svg><a xlink:title=\"x\"", "no picture"])
  func `what is no SVG, or half of one, stays what it is`(text: String) {
    let finished = String(decoding: MapSVG.finished(Array(text.utf8), follows: true), as: UTF8.self)
    #expect(finished.replacing(#/\n<style>[^<]*<\/style>/#, with: "") == text)
  }
}
