/// Whether something is done.
enum OnOff: String, SettingValue, CaseIterable {
  case on, off

  static var form: String { "on or off" }
  var description: String { rawValue }
}
