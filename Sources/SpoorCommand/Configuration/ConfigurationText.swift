/// A configuration as a YAML file that can be read again, each value with who said it.
enum ConfigurationText {
  /// - Parameter settings: those of one section stand together.
  static func write(_ settings: [EffectiveSetting]) -> String {
    var text = "# What spoor serve would use, strongest first: flag, environment, file, default. For --config FILE.\n"
    var section = ""
    for setting in settings where !(setting.isHidden && setting.values.isEmpty) {
      if setting.place.section != section {
        section = setting.place.section
        text += "\(section):\n"
      }
      text += "  \(line(setting))\n"
    }
    return text
  }

  private static func line(_ setting: EffectiveSetting) -> String {
    let key = setting.place.key
    let note = "# \(setting.source)"
    switch setting.values.count {
    case 0: return "# \(key):  \(note)" + (setting.initialMeaning.isEmpty ? "" : ": \(setting.initialMeaning)")
    case 1: return "\(key): \(isPlain(setting.values[0]) ? setting.values[0] : quoted(setting.values[0]))  \(note)"
    default: return "\(key): [\(setting.values.map(quoted).joined(separator: ", "))]  \(note)"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.properties.generalCategory == .control:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// Whether the text means itself as a plain scalar.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    return text.utf8.allSatisfy(isPlainByte) && first != UInt8(ascii: "-") && first != UInt8(ascii: ":")
      && last != UInt8(ascii: ":")
  }

  private static func isPlainByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_"),
      UInt8(ascii: "-"), UInt8(ascii: ":"):
      true
    default: false
    }
  }
}
