import Foundation
import Testing

@Suite struct ProtoTests {
  @Test func `the committed C code is what protoc-c writes from Proto`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "spoor-proto-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try Run(Checkout.root.appending(path: "tools/generate-proto"), [folder.path])
    try #require(run.status == 0, "tools/generate-proto failed; tools/test installs what it needs: \(run.errors)")
    let generated = try files(in: folder)
    let committed = try files(in: Checkout.root.appending(path: "Sources/COTLP"))
      .filter { $0.key.hasSuffix(".pb-c.c") || $0.key.hasSuffix(".pb-c.h") }
    #expect(generated.count == 10)
    #expect(Set(generated.keys) == Set(committed.keys))
    for (name, content) in generated {
      #expect(committed[name] == content, "\(name) differs; run tools/generate-proto")
    }
  }

  @Test func `our messages are those of the newest OpenTelemetry protocol`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "spoor-proto-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let descriptors = folder.appending(path: "descriptors")
    let proto = Checkout.root.appending(path: "Proto")
    let files = ["common/v1/common", "resource/v1/resource", "trace/v1/trace", "collector/trace/v1/trace_service"]
    let protoc = try Run(
      URL(filePath: "/usr/bin/env"),
      ["protoc", "--proto_path=\(proto.path)", "--descriptor_set_out=\(descriptors.path)"]
        + files.map { "opentelemetry/proto/\($0).proto" })
    try #require(protoc.status == 0, "\(protoc.errors)")
    let compare = try Python.run("compare_proto.py", [descriptors.path])
    #expect(compare.status == 0, "\(compare.text)\(compare.errors)")
  }

  private func files(in folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.resolvingSymlinksInPath().path) {
      let url = folder.appending(path: name)
      if !url.hasDirectoryPath, let content = try? Data(contentsOf: url) { files[name] = content }
    }
    return files
  }
}
