import Configuration

/// Reads settings one by one from flags, the environment and a file, in that order of strength, and remembers each with
/// who said it. What has been read is what there is: a key of the file that nobody asked for is none.
struct ConfigurationReader: Sendable {
  private let flags: [SettingPlace: [String]]
  /// The names of all variables.
  let variableNames: [String]
  private let variables: EnvironmentVariablesProvider
  let file: ConfigurationFile?
  /// Everything that was read, in that order.
  private(set) var effective: [EffectiveSetting] = []

  /// - Parameter flags: what was given on the command line; an empty list is "not given".
  init(flags: [SettingPlace: [String]], environment: [String: String], file: ConfigurationFile?) {
    self.flags = flags
    self.file = file
    variableNames = Array(environment.keys)
    variables = EnvironmentVariablesProvider(environmentVariables: environment)
  }

  /// A setting that always holds one value: what somebody said, or the first of what it has to begin with.
  mutating func value<Value>(_ setting: Setting<Value>) throws(ConfigurationError) -> Value {
    guard let value = try values(setting).first else {
      throw .wrongValue("", place: name(of: setting.place), wanted: Value.form)
    }
    return value
  }

  /// A setting that holds one value or none.
  mutating func optional<Value>(_ setting: Setting<Value>) throws(ConfigurationError) -> Value? {
    try values(setting).first
  }

  /// A setting that may hold several values.
  mutating func values<Value>(_ setting: Setting<Value>) throws(ConfigurationError) -> [Value] {
    let (texts, source) = said(of: setting.place)
    let values = source == .initial ? setting.initial : try read(texts, for: setting, from: source)
    effective.append(
      EffectiveSetting(
        place: setting.place, values: values.map(\.description), source: source,
        initialMeaning: setting.initialMeaning, isHidden: setting.isHidden))
    return values
  }

  private func read<Value>(
    _ texts: [String], for setting: Setting<Value>, from source: ValueSource
  ) throws(ConfigurationError) -> [Value] {
    let place = name(of: setting.place, in: source)
    let texts = setting.isList ? texts.flatMap(\.listed) : texts
    guard texts.count == 1 || setting.isList else { throw .severalValues(place: place) }
    var values: [Value] = []
    for text in texts {
      guard let value = Value(argument: text) else { throw .wrongValue(text, place: place, wanted: Value.form) }
      values.append(value)
    }
    return values
  }

  /// What a setting is called where its value comes from, for errors.
  func name(of place: SettingPlace) -> String {
    name(of: place, in: said(of: place).1)
  }

  private func name(of place: SettingPlace, in source: ValueSource) -> String {
    switch source {
    case .flag, .initial: "--\(place.name)"
    case .environment: place.variable
    case .file: file?.description(of: place) ?? place.path
    }
  }

  private func said(of place: SettingPlace) -> ([String], ValueSource) {
    if let flags = flags[place], !flags.isEmpty { return (flags, .flag) }
    let key = AbsoluteConfigKey(["spoor", place.name])
    if let texts = variables.snapshot().texts(at: key, as: .string), !texts.isEmpty {
      return (texts, .environment)
    }
    if let texts = file?.values(of: place), !texts.isEmpty { return (texts, .file) }
    return ([], .initial)
  }
}

extension String {
  /// What stands between commas, without the spaces around it.
  fileprivate var listed: [String] {
    split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
  }
}
