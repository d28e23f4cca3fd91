import Foundation
import Testing

/// `spoor ring` on the files of a real collector.
@Suite(.timeLimit(.minutes(10))) struct RingCommandTests {
  private let folder: TemporaryFolder
  private var data: String { folder.path("ring") }

  init() throws { folder = try TemporaryFolder() }

  /// So many requests of a hundred spans of 4 KB.
  private static func fill(_ collector: RunningCollector, _ requests: Range<Int>) async throws {
    for request in requests {
      let spans = (0..<100).map { index in
        MadeUpSpan(
          service: "filler", traceID: MadeUpSpan.traceID(request), spanID: MadeUpSpan.spanID(request * 100 + index + 1),
          attributes: ["filler": noise(request * 100 + index)])
      }
      #expect(try await collector.http.post(MadeUpSpan.request(spans)).status == 200)
    }
  }

  /// Text with little to compress in it.
  private static func noise(_ seed: Int) -> String {
    var state = UInt64(seed)
    return (0..<320).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return String(state, radix: 36)
    }.joined()
  }

  @Test func `a live ring under load, a stopped one and a copy are listed and found clean`() async throws {
    let collector = try await RunningCollector.start(data: data, capacity: "32MiB")
    try await Self.fill(collector, 0..<20)
    // Two laps and more while it is looked at.
    async let load: Void = Self.fill(collector, 20..<200)
    for round in 0..<12 {
      let check = try await Program.run(Spoor.path, ["ring", "check", data] + (round % 2 == 0 ? ["--deep"] : []))
      #expect(check.exitCode == 0, "\(check.text)\(check.errors)")
      let list = try JSONValue(parsing: try await Spoor.ask("ring", "ls", data, "--format", "json"))
      #expect((list["totals"]["spans"].int ?? 0) >= 2000)
    }
    try await load
    try await expectClean(data, spans: try await collector.spanCount())
    let spans = try await collector.spanCount()
    #expect(try await collector.stop() == 0)
    try await expectClean(data, spans: spans)

    let copy = folder.path("copy")
    try FileManager.default.copyItem(atPath: data, toPath: copy)
    let before = try Self.contents(of: copy)
    try Self.setWritable(false, copy)
    try await expectClean(copy, spans: spans)
    let dump = try await Spoor.ask("ring", "dump", copy, "--format", "json")
    let blocks = try dump.split(separator: 10).map { try JSONValue(parsing: Data($0)) }
    #expect(blocks.reduce(0) { $0 + ($1["spans"].int ?? 0) } == spans)
    try Self.setWritable(true, copy)
    #expect(try Self.contents(of: copy) == before)
  }

  private func expectClean(_ path: String, spans: Int) async throws {
    let list = try await Spoor.askJSON("ring", "ls", path)
    #expect(list["totals"]["spans"].int == spans)
    #expect(list["slots"].elements.filter { $0["state"].string == "head" }.count <= 1)
    for depth in [[], ["--deep"]] {
      let check = try await Program.run(Spoor.path, ["ring", "check", path, "--format", "json"] + depth)
      let answer = try JSONValue(parsing: check.output)
      #expect(check.exitCode == 0 && answer["verdict"].string == "clean", "\(check.text)")
      #expect(answer["checked"]["spans"].int == spans && answer["findings"].elements.isEmpty)
    }
  }

  @Test func `spans that are dumped can be sent again`() async throws {
    let collector = try await RunningCollector.start(data: data)
    try await Self.fill(collector, 0..<3)
    let file = try folder.file(
      "dump.json", String(decoding: try await Spoor.ask("ring", "dump", data, "--spans"), as: UTF8.self))
    let other = try await RunningCollector.start(data: folder.path("other"))
    let sent = try await Spoor.run("send", file, "--to", "http://\(try other.http)")
    #expect(sent.exitCode == 0, "\(sent.errors)")
    for trace in 0..<3 {
      let id = MadeUpSpan.traceID(trace)
      #expect(try await other.trace(id).spans == collector.trace(id).spans)
    }
  }

  @Test func `damage is told with its place and exits 4, or 3 where nothing is lost`() async throws {
    let collector = try await RunningCollector.start(data: data, capacity: "32MiB")
    try await Self.fill(collector, 0..<10)
    #expect(try await collector.stop() == 0)
    let list = try await Spoor.askJSON("ring", "ls", data)
    let slot = try #require(list["slots"].elements.first { $0["state"].string == "sealed" }?["slot"].int)
    let path = data + "/slots/" + String(repeating: "0", count: 6 - "\(slot)".count) + "\(slot).slot"

    try Self.flip(path, at: 100)
    var check = try await Spoor.run("ring", "check", data)
    #expect(check.exitCode == 3 && check.text.contains("heals  slot header in slot \(slot)"), "\(check.text)")
    try Self.flip(path, at: 100)
    #expect(try await Spoor.run("ring", "check", data).exitCode == 0)

    let dump = try await Spoor.ask("ring", "dump", data, "--slot", "\(slot)", "--format", "json")
    let block = try JSONValue(parsing: Data(try #require(dump.split(separator: 10).first)))
    try Self.flip(path, at: (block["offset"].int ?? 0) + 20)
    check = try await Spoor.run("ring", "check", data)
    #expect(check.exitCode == 4 && check.text.contains("LOST  block in slot \(slot)"), "\(check.text)")
    #expect(check.text.contains("\(block["spans"].int ?? 0) spans in block \(block["seq"].int ?? 0)"), "\(check.text)")
  }

  @Test func `what is no ring, no block and no option is refused`() async throws {
    for question in ["ls", "check", "dump"] {
      let answer = try await Spoor.run("ring", question, folder.url.path)
      #expect(answer.exitCode == 2 && answer.errors.contains("holds no ring") && answer.text.isEmpty)
      #expect(answer.errorLines.count == 1)
      #expect(try await Spoor.run("ring", question).exitCode == 64)
    }
    let collector = try await RunningCollector.start(data: data)
    #expect(try await collector.stop() == 0)
    #expect(try await Spoor.run("ring", "ls", data).exitCode == 0)
    #expect(try await Spoor.run("ring", "check", data).exitCode == 0)
    #expect(try await Spoor.run("ring", "dump", data).exitCode == 1)
    #expect(try await Spoor.run("ring", "dump", data, "--block", "17").exitCode == 64)
  }

  private static func flip(_ path: String, at offset: Int) throws {
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.seek(toOffset: UInt64(offset))
    let byte = try #require(try file.read(upToCount: 1)?.first)
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data([byte ^ 4]))
    try file.close()
  }

  private static func setWritable(_ isWritable: Bool, _ path: String) throws {
    let inside = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    for name in inside.map({ path + "/" + $0 }) + [path] {
      let isFolder =
        try FileManager.default.attributesOfItem(atPath: name)[.type] as? FileAttributeType == .typeDirectory
      let mode = (isFolder ? 0o555 : 0o444) | (isWritable ? 0o200 : 0)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: name)
    }
  }

  /// Every file's bytes.
  private static func contents(of path: String) throws -> [String: Data] {
    let inside = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    var contents: [String: Data] = [:]
    for name in inside {
      if let bytes = FileManager.default.contents(atPath: path + "/" + name) { contents[name] = bytes }
    }
    return contents
  }
}
