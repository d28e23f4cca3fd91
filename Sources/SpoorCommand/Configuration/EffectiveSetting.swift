/// What a setting holds in the end, and who said so.
struct EffectiveSetting: Hashable, Sendable {
  var place: SettingPlace
  var values: [String]
  var source: ValueSource
  /// What no value means.
  var initialMeaning: String
  /// Whether it is shown only where it holds something.
  var isHidden: Bool
}
