import Foundation
import Testing

/// What becomes of a stopped ring whose files somebody else has been at.
@Suite(.timeLimit(.minutes(10)), .serialized) struct DamageTests {
  private static let requests = (0..<160).map { NumberedRequest($0, service: "s", textByteCount: 4_000) }
  /// What a slot of 512 KiB holds at the most.
  private static let requestsInSlot = 13

  /// One damage: what is done to the files, how many slots lose what they hold, and what the program has to say of it.
  struct Damage: Sendable, CustomStringConvertible {
    var description: String
    var slotsLost: Int
    var words: [String]
    var harm: @Sendable (RingFiles) throws -> Void
  }

  static let damages: [Damage] = [
    Damage(description: "a slot cut in half", slotsLost: 1, words: ["slot file 5 "]) {
      try $0.truncate(5, to: $0.slotByteCount / 2)
    },
    Damage(description: "a slot without a byte", slotsLost: 1, words: ["slot file 5 "]) { try $0.truncate(5, to: 0) },
    Damage(description: "a slot that is gone", slotsLost: 1, words: ["slot file 5 "]) { try $0.remove(5) },
    Damage(description: "a foreign file among the slots", slotsLost: 0, words: []) {
      try Data("dear diary".utf8).write(to: $0.slots.appending(path: "diary.txt"))
    },
    Damage(description: "a slot header of zeros", slotsLost: 0, words: ["slot 5 "]) {
      try $0.change(5) { $0.replaceSubrange(0..<4096, with: Data(count: 4096)) }
    },
    Damage(description: "two slots that changed places", slotsLost: 2, words: ["slot 5 ", "slot 9 "]) {
      let (five, nine) = (try $0.read(5), try $0.read(9))
      try $0.change(5) { $0 = nine }
      try $0.change(9) { $0 = five }
    },
    Damage(description: "a bit in the middle of a block", slotsLost: 1, words: []) {
      try $0.change(5) { $0[100_000] ^= 4 }
    },
    Damage(description: "the slot of another ring", slotsLost: 1, words: ["slot 5 "]) { files in
      try files.change(5) { slot in
        // The ring's name stands in every checksum; so it is as good as another ring's once one bit of it differs.
        slot[24] ^= 1
        slot.setChecksum(ofPageAt: 0)
        slot[slot.count - 4096 + 24] ^= 1
        slot.setChecksum(ofPageAt: slot.count - 4096)
      }
    },
    Damage(description: "a slot of a newer format", slotsLost: 1, words: ["slot 5 "]) {
      try $0.change(5) {
        $0[8] += 1
        $0.setChecksum(ofPageAt: 0)
      }
    },
    Damage(description: "one copy of the superblock", slotsLost: 0, words: ["superblock"]) {
      try $0.changeSuperblock { $0[30] ^= 1 }
    },
  ]

  @Test(arguments: damages)
  func `a damaged ring starts, says where the damage is, serves the rest and takes spans`(damage: Damage) async throws {
    let folder = try TemporaryFolder()
    try await Self.copyLoadedRing(to: folder)
    try damage.harm(RingFiles(folder.path("ring")))

    let byData = try await Spoor.run("services", "--data", folder.path("ring"))
    #expect(byData.exitCode == 0, "\(byData.errors)")
    let collector = try await RunningCollector.start(data: folder.path("ring"), capacity: "32MiB")
    let counts = try await collector.found(Self.requests)
    let lost = counts.filter { $0 < NumberedRequest.spanCount }.count
    #expect(lost <= damage.slotsLost * (Self.requestsInSlot + 1))
    let said = collector.program.lines.filter { $0.hasPrefix("ring: ") }.joined(separator: "\n")
    for word in damage.words { #expect(said.contains(word), "\(said)") }
    #expect(try await collector.http.post(NumberedRequest(9_999, service: "after").body).status == 200)
    #expect(try await collector.found([NumberedRequest(9_999, service: "after")]) == [NumberedRequest.spanCount])
    #expect(try await collector.stop() == 0)
  }

  @Test func `a ring of a newer format is refused with a sentence, and nothing is changed`() async throws {
    let folder = try TemporaryFolder()
    try await Self.copyLoadedRing(to: folder)
    let files = RingFiles(folder.path("ring"))
    try files.changeSuperblock {
      for copy in [0, 4096] {
        $0[copy + 8] += 1
        $0.setChecksum(ofPageAt: copy)
      }
    }
    let before = try Data(contentsOf: files.superblock)
    let answer = try await Spoor.run("serve", "--data", folder.path("ring"))
    #expect(answer.exitCode == 2)
    #expect(answer.errors.contains("newer"), "\(answer.errors)")
    let byData = try await Spoor.run("services", "--data", folder.path("ring"))
    #expect(byData.exitCode == 2 && byData.errors.contains("newer"), "\(byData.errors)")
    #expect(try Data(contentsOf: files.superblock) == before)
  }

  @Test func `a ring without a superblock that can be read is refused, and its slots are left alone`() async throws {
    let folder = try TemporaryFolder()
    try await Self.copyLoadedRing(to: folder)
    let files = RingFiles(folder.path("ring"))
    let slot = try files.read(5)
    try files.changeSuperblock { $0.replaceSubrange(0..<8192, with: Data(count: 8192)) }
    let answer = try await Spoor.run("serve", "--data", folder.path("ring"))
    #expect(answer.exitCode == 2)
    #expect(answer.errors.contains("superblock"), "\(answer.errors)")
    #expect(try files.read(5) == slot)
  }

  /// In a user namespace without users nobody is root, so that permissions count for whoever runs the tests.
  @Test(arguments: ["RING", "slots/000005.slot", "slots"])
  func `files that may not be read are named`(name: String) async throws {
    let folder = try TemporaryFolder()
    try await Self.copyLoadedRing(to: folder)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.path("ring/" + name))
    let serve = ["serve", "--data", folder.path("ring"), "--udp", "off", "--tcp", "off"]
    let doors = ["--otlp-grpc", "off", "--otlp-http", "off", "--api", "127.0.0.1:0"]
    let answer = try await Program.run("/usr/bin/unshare", ["-U", Spoor.path] + serve + doors)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("ring/" + name))
    #expect(answer.exitCode == 2)
    #expect(answer.errors.contains("ring/" + name) && answer.errors.contains("denied"), "\(answer.errors)")
  }

  private static func copyLoadedRing(to folder: TemporaryFolder) async throws {
    let loaded = try await loadedRing.value
    try FileManager.default.copyItem(atPath: loaded.path("ring"), toPath: folder.path("ring"))
  }

  /// A stopped ring of 32 MiB of which some dozen slots are full. It is in a folder of its own.
  private static let loadedRing = Task {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"), capacity: "32MiB")
    let load = try await Load.send(
      to: collector.http, from: 0, count: requests.count, service: "s", textByteCount: 4_000)
    #expect(load.acknowledged.count == requests.count)
    #expect(try await collector.stop() == 0)
    return folder
  }
}

/// The files of a ring that nothing runs on.
struct RingFiles: Sendable {
  let superblock: URL
  let slots: URL
  let slotByteCount = 512 << 10

  init(_ path: String) {
    superblock = URL(fileURLWithPath: path + "/RING")
    slots = URL(fileURLWithPath: path + "/slots")
  }

  private func slot(_ number: Int) -> URL {
    slots.appending(path: String(repeating: "0", count: 6 - String(number).count) + "\(number).slot")
  }

  func read(_ number: Int) throws -> Data { try Data(contentsOf: slot(number)) }

  func change(_ number: Int, _ harm: (inout Data) throws -> Void) throws {
    var bytes = try read(number)
    try harm(&bytes)
    try bytes.write(to: slot(number))
  }

  func changeSuperblock(_ harm: (inout Data) throws -> Void) throws {
    var bytes = try Data(contentsOf: superblock)
    try harm(&bytes)
    try bytes.write(to: superblock)
  }

  func truncate(_ number: Int, to byteCount: Int) throws {
    try change(number) { $0 = $0.prefix(byteCount) }
  }

  func remove(_ number: Int) throws { try FileManager.default.removeItem(at: slot(number)) }
}

extension Data {
  /// Makes the checksum at the end of a page fit what stands before it: CRC32C, bit by bit.
  fileprivate mutating func setChecksum(ofPageAt offset: Int) {
    var checksum = ~UInt32(0)
    for byte in self[offset..<offset + 4092] {
      checksum ^= UInt32(byte)
      for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0x82F6_3B78 : checksum >> 1 }
    }
    checksum = ~checksum
    for index in 0..<4 { self[offset + 4092 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(index))) }
  }
}
