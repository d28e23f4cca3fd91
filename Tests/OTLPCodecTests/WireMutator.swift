import TraceModel

/// Makes requests that are nearly right. Changing bytes alone seldom gets past the first wrong length, so half of the
/// changes are made to fields, and the lengths of all messages around them are written anew.
struct WireMutator {
  var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      bytes = Bool.random(using: &random) ? changedField(bytes, depth: 0) : changedBytes(bytes)
    }
    return bytes
  }

  // MARK: - Bytes

  private mutating func changedBytes(_ bytes: [UInt8]) -> [UInt8] {
    guard !bytes.isEmpty else { return [0x0a, 0x00] }
    var bytes = bytes
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(bytes.count, place + .random(in: 1...16, using: &random))
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = .random(in: 0...255, using: &random)
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: .random(in: 0...bytes.count, using: &random))
    case 4: bytes[place] = bytes[place] &+ (Bool.random(using: &random) ? 1 : 255)
    default: bytes.removeSubrange(place...)
    }
    return bytes
  }

  // MARK: - Fields

  /// Takes bytes for a message and changes one of its fields, or one inside of that.
  private mutating func changedField(_ bytes: [UInt8], depth: Int) -> [UInt8] {
    guard var fields = Self.fields(of: bytes), !fields.isEmpty else { return changedBytes(bytes) }
    let place = Int.random(in: 0..<fields.count, using: &random)
    if fields[place].isMessage, depth < 8, Int.random(in: 0..<6, using: &random) > 0 {
      fields[place].content = changedField(fields[place].content, depth: depth + 1)
    } else {
      change(&fields, at: place)
    }
    return fields.flatMap { $0.encoded(&random) }
  }

  private mutating func change(_ fields: inout [Field], at place: Int) {
    switch Int.random(in: 0..<9, using: &random) {
    case 0: fields.remove(at: place)
    case 1: fields.append(fields[place])
    case 2: fields.insert(fields[place], at: 0)
    case 3: fields.shuffle(using: &random)
    case 4: fields[place].number = .random(in: 1...20, using: &random)
    case 5: fields[place].wireType = [0, 1, 2, 5, 3].randomElement(using: &random) ?? 0
    case 6: fields[place].content = []
    case 7: fields[place].isLong = true
    default: fields[place].content = changedBytes(fields[place].content)
    }
  }

  private struct Field {
    var number: Int
    var wireType: Int
    /// Without the length in front of it.
    var content: [UInt8]
    /// Whether the tag, the length or the number takes more bytes than it needs.
    var isLong = false

    var isMessage: Bool { wireType == 2 && content.count > 1 }

    func encoded(_ random: inout SeededGenerator) -> [UInt8] {
      var tag = Wire.tag(number, wireType)
      var number = wireType == 2 ? Wire.varint(UInt64(content.count)) : wireType == 0 ? content : []
      if isLong {
        if Bool.random(using: &random) || number.isEmpty {
          tag = Self.lengthened(tag)
        } else {
          number = Self.lengthened(number)
        }
      }
      return tag + number + (wireType == 0 ? [] : content)
    }

    private static func lengthened(_ varint: [UInt8]) -> [UInt8] {
      varint.dropLast() + [varint[varint.count - 1] | 0x80, 0]
    }
  }

  /// Nothing for what is no message.
  private static func fields(of bytes: [UInt8]) -> [Field]? {
    var fields: [Field] = []
    var reader = ByteReader(bytes)
    do throws(CodingError) {
      while !reader.isAtEnd {
        let tag = try reader.varint()
        guard tag >> 3 > 0, tag < 1 << 20 else { return nil }
        var field = Field(number: Int(tag >> 3), wireType: Int(tag & 7), content: [])
        switch tag & 7 {
        case 0: field.content = Wire.varint(try reader.varint())
        case 1: field.content = Array(try reader.raw(8))
        case 2: field.content = Array(try reader.lengthPrefixed())
        case 5: field.content = Array(try reader.raw(4))
        default: return nil
        }
        fields.append(field)
      }
    } catch {
      return nil
    }
    return fields
  }
}
