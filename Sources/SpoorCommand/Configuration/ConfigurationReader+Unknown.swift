/// What was said that nobody asked for. To be asked when every setting has been read.
extension ConfigurationReader {
  /// - Throws: the first key of the file that is none.
  func checkKeys() throws(ConfigurationError) {
    guard let file else { return }
    let known = effective.map(\.place)
    for (key, line) in file.lines.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) })
    where !known.contains(where: { $0.path == key }) {
      // A key in the wrong section, or in none, is told by its own name.
      let leaf = key.split(separator: ".").last.map(String.init) ?? key
      let nearest =
        known.first { $0.key == leaf || $0.name == leaf }?.path ?? NearestName.find(key, among: known.map(\.path))
      throw .unknownKey(key, path: file.path, line: line, nearest: nearest)
    }
  }

  /// One sentence for each variable that begins with `SPOOR_` and is no setting.
  var unknownVariables: [String] {
    let prefix = SettingPlace.variablePrefix
    let known = effective.map(\.place.variable) + [Self.fileVariable]
    return variableNames.filter { $0.hasPrefix(prefix) && !known.contains($0) }.sorted().map { name in
      let nearest = NearestName.find(
        String(name.dropFirst(prefix.count)), among: known.map { String($0.dropFirst(prefix.count)) })
      return "\(name) in the environment is no setting" + (nearest.map { "; did you mean \(prefix)\($0)?" } ?? "")
    }
  }

  /// The variable that names the file, as `--config` does.
  static let fileVariable = "SPOOR_CONFIG"
}
