import ArgumentParser
import OTLPCodec
import Rendering
import RingStore
import TraceModel

struct RingDumpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Prints the blocks of a ring, or their spans.",
    discussion: """
      From the oldest block to the newest. With --format json a line is a block. With --spans a line is the spans of a \
      block in OTLP's JSON, as the OpenTelemetry collector's file exporter writes them, which "spoor send" reads. Exits \
      with 1 if no block fits.
      """)

  @OptionGroup var ring: RingArguments

  @Option(help: "text or json.")
  var format = RingFormat.text

  @Flag(help: "Print the spans, as OTLP's JSON.")
  var spans = false

  @Option(help: "Only this slot.")
  var slot: UInt32?

  @Option(help: "Only this segment.")
  var segment: UInt64?

  @Option(help: ArgumentHelp("Only the block that begins at this byte of its slot.", valueName: "offset"))
  var block: UInt64?

  mutating func validate() throws {
    if let block, block % 4096 != 0 {
      throw ValidationError("blocks begin at multiples of 4096 bytes, and \(block) is none")
    }
  }

  func run() async throws {
    try await reportingFailures {
      let inspection = try ring.open()
      let selection = RingDump.Selection(slot: slot, segment: segment, offset: block)
      var dump = try couldNot { () throws(RingError) in try inspection.dump(selection) }
      var isEmpty = true
      while let entry = try couldNot({ () throws(RingError) in try dump.next() }) {
        isEmpty = false
        guard try write(entry) else { return }
      }
      if isEmpty { throw CommandFailure(message: "the ring has no such block", exitCode: 1) }
    }
  }

  /// False if nobody reads any more.
  private func write(_ entry: RingDump.Entry) throws -> Bool {
    switch (entry, spans) {
    case (.block(let facts, let content), true):
      do {
        let batch = try content.batch()
        return try batch.isEmpty || Console.write(OTLPJSON.encode(try batch.spans()) + [UInt8(ascii: "\n")])
      } catch RingError.damaged(let damage) {
        return try write(damage)
      } catch let error as CodingError {
        Console.warn("block \(facts.sequence) in slot \(facts.slot) at byte \(facts.offset): \(error)")
        return true
      }
    case (.block(let facts, _), false):
      switch format {
      case .text: return try Console.write(BlockText(facts, style: Console.style).text)
      case .json: return try Console.write(RingJSON.line(facts))
      }
    case (.damage(let damage), _):
      return try write(damage)
    }
  }

  /// Among spans, where no line of another kind may stand, on standard error.
  private func write(_ damage: RingDamage) throws -> Bool {
    guard !spans else {
      Console.warn(damage.description)
      return true
    }
    switch format {
    case .text: return try Console.write("\(damage)\n")
    case .json:
      return try Console.write(
        RingJSON.line(damageIn: damage.slot, segment: damage.segment, offset: damage.offset, reason: damage.reason))
    }
  }
}
