import FoundationEssentials
import TraceModel

/// A key and its value where both are to be read again: `{"key", "value"}`, the value a text, a number, true, false or null.
/// Lists and bytes are told as text.
struct LabelShape: Codable {
  var label: Attribute

  init(_ label: Attribute) {
    self.label = label
  }

  private enum CodingKeys: String, CodingKey {
    case key, value
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let key = try container.decode(String.self, forKey: .key)
    label = Attribute(key, try Self.value(in: container))
  }

  private static func value(in container: KeyedDecodingContainer<CodingKeys>) throws -> AttributeValue {
    if try container.decodeNil(forKey: .value) { return .empty }
    // What it is not says so by an error, of which kind depends on what it is.
    do { return .string(try container.decode(String.self, forKey: .value)) } catch {}
    do { return .bool(try container.decode(Bool.self, forKey: .value)) } catch {}
    do { return .int(try container.decode(Int64.self, forKey: .value)) } catch {}
    return .double(try container.decode(Double.self, forKey: .value))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(label.key, forKey: .key)
    switch label.value {
    case .empty: try container.encodeNil(forKey: .value)
    case .bool(let flag): try container.encode(flag, forKey: .value)
    case .int(let number): try container.encode(number, forKey: .value)
    case .double(let number) where number.isFinite: try container.encode(number, forKey: .value)
    case .string(let text): try container.encode(text, forKey: .value)
    case let value: try container.encode(value.text, forKey: .value)
    }
  }
}
