import RingStore
import TraceModel

/// How much of its slots a young ring has used, from outside: what nobody wrote is zeros.
struct UsedPages {
  let folder: String

  func report(as name: String) throws {
    let disk = DiskFileSystem()
    let spans = try RingSnapshot.reading(folder, files: disk).retention.spans
    guard spans > 0 else { throw BenchmarkError.notFound("a span in \(folder)") }
    var used = 0
    for slot in try disk.list(folder + "/slots") {
      let file = try disk.open("\(folder)/slots/\(slot)", .read)
      let bytes = try file.read(at: 0, count: Int(try file.byteCount()))
      for page in stride(from: 0, to: bytes.count, by: 4096)
      where bytes[page..<min(page + 4096, bytes.count)].contains(where: { $0 != 0 }) {
        used += 4096
      }
    }
    Figure(part: name, name: "spans", value: Double(spans), unit: "").report()
    Figure(part: name, name: "disk: all", value: Double(used) / Double(spans), unit: "B/span").report()
  }
}
