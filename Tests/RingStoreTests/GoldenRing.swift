import Foundation
import RingStore
import TraceModel

/// Rings as released versions wrote them, in `Golden/format-…`: files of zeros are left out, and of others the long runs of
/// zeros. What is left stands as its offset and length, little-endian in 4 bytes each, and the bytes.
struct GoldenRing {
  let version: String

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
  /// Fewer zeros are not worth leaving out.
  private static let zeroCountMin = 64

  static var versions: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasPrefix("format-") }.map { String($0.dropFirst(7)) }.sorted()
  }

  private var folder: URL { Self.folder.appending(path: "format-\(version)") }

  var exists: Bool { FileManager.default.fileExists(atPath: folder.path) }

  var content: [UInt8] { get throws { Array(try Data(contentsOf: folder.appending(path: "content.json"))) } }

  var byteCount: Int {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path).reduce(0) { sum, name in
        sum + (try Data(contentsOf: folder.appending(path: name)).count)
      }
    }
  }

  /// As the files of `/ring`.
  func files(slotCount: Int, slotByteCount: Int) throws -> [String: [UInt8]] {
    var files = ["/ring/RING": try bytes("RING", count: 2 * 4096)]
    for slot in 0..<slotCount {
      let name = Self.name(slot)
      files["/ring/slots/\(name)"] = try bytes(name, count: slotByteCount)
    }
    return files
  }

  private func bytes(_ name: String, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard let stored = FileManager.default.contents(atPath: folder.appending(path: "\(name).sparse").path) else {
      return bytes
    }
    var rest = Array(stored)[...]
    func number() -> Int {
      defer { rest = rest.dropFirst(4) }
      return rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    while !rest.isEmpty {
      let (offset, length) = (number(), number())
      bytes.replaceSubrange(offset..<offset + length, with: rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return bytes
  }

  /// Writes a ring that was not there.
  func write(_ files: [String: [UInt8]], content: [UInt8]) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (path, bytes) in files {
      let stored = Self.sparse(bytes)
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      if !stored.isEmpty { try Data(stored).write(to: folder.appending(path: "\(name).sparse")) }
    }
    try Data(content).write(to: folder.appending(path: "content.json"))
  }

  private static func sparse(_ bytes: [UInt8]) -> [UInt8] {
    var stored: [UInt8] = []
    var run: Range<Int>?
    func end(_ run: Range<Int>) {
      for number in [run.lowerBound, run.count] {
        stored += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
      stored += bytes[run]
    }
    for position in bytes.indices where bytes[position] != 0 {
      if let known = run, position - known.upperBound >= zeroCountMin {
        end(known)
        run = nil
      }
      run = (run?.lowerBound ?? position)..<position + 1
    }
    if let run { end(run) }
    return stored
  }

  private static func name(_ slot: Int) -> String {
    String(repeating: "0", count: 6 - "\(slot)".count) + "\(slot).slot"
  }
}
