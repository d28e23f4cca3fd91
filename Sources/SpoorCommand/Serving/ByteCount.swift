import ArgumentParser

/// A size that people type: `10GiB`, `512MiB`, `1.5TB`, or a number of bytes.
struct ByteCount: Hashable, SettingValue {
  var bytes: UInt64

  init(bytes: UInt64) {
    self.bytes = bytes
  }

  init?(argument: String) {
    let number = argument.prefix { ($0.isASCII && $0.isNumber) || $0 == "." }
    let unit = argument.dropFirst(number.count).lowercased().drop { $0 == " " }
    let units: [Substring: Double] = [
      "": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824,
      "tib": 1_099_511_627_776, "k": 1024, "m": 1_048_576, "g": 1_073_741_824, "t": 1_099_511_627_776,
    ]
    guard let count = Double(number), let factor = units[unit], let bytes = UInt64(exactly: (count * factor).rounded())
    else { return nil }
    self.bytes = bytes
  }

  static var form: String { "a size such as 10GiB, 1.5TB or a number of bytes" }

  /// The same number again, in the largest binary unit that leaves nothing over.
  var description: String {
    let units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
    guard bytes > 0, let (unit, shift) = units.first(where: { bytes & ((1 << $0.1) - 1) == 0 }) else {
      return "\(bytes)"
    }
    return "\(bytes >> shift)\(unit)"
  }
}
