import ArgumentParser

/// Something that flags, the environment and a file can say. The flag is `--name`, the variable `SPOOR_NAME`, and the
/// file has `key` below `section`.
struct Setting<Value: SettingValue>: Sendable {
  var place: SettingPlace
  /// A sentence for the help, without its full stop.
  var purpose: String
  var valueName: String
  /// What holds where nobody says anything.
  var initial: [Value]
  /// What that means, where `initial` has nothing to show.
  var initialMeaning = ""
  /// Whether more than one value may be given: with commas between them, the flag also several times, the file also as a
  /// list.
  var isList = false
  /// Whether only `--help-hidden` shows it.
  var isHidden = false
}

extension Setting {
  /// The flag's name, for ArgumentParser.
  var flag: NameSpecification { .customLong(place.name) }

  /// The help of an option whose own default is "not given".
  var help: ArgumentHelp {
    let initially = initial.isEmpty ? initialMeaning : initial.map(\.description).joined(separator: ",")
    let several = isList ? "; several with commas" : ""
    return ArgumentHelp(
      "\(purpose)\(several)." + (initially.isEmpty ? "" : " (default: \(initially))"), valueName: valueName,
      visibility: isHidden ? .hidden : .default)
  }
}

/// Where a setting is named, whatever it holds.
struct SettingPlace: Hashable, Sendable {
  var section: String
  var key: String
  /// The flag without its dashes.
  var name: String

  /// - Parameter name: where the flag says more than the key, which stands in a section.
  init(_ section: String, _ key: String, name: String? = nil) {
    self.section = section
    self.key = key
    self.name = name ?? key
  }

  /// What every variable of ours begins with.
  static let variablePrefix = "SPOOR_"

  /// The environment's name for it.
  var variable: String { Self.variablePrefix + name.uppercased().replacing("-", with: "_") }

  /// The file's name for it.
  var path: String { "\(section).\(key)" }
}
