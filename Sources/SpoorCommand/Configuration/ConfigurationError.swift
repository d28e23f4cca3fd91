/// Why a configuration cannot be used. One line that names the place.
enum ConfigurationError: Error, Equatable, Sendable {
  case unreadableFile(path: String, reason: String)
  case malformedFile(path: String, line: Int?, problem: String)
  /// A key that no setting has.
  case unknownKey(String, path: String, line: Int, nearest: String?)
  /// `place` is the flag, the variable, or the file's line and key.
  case wrongValue(String, place: String, wanted: String)
  case severalValues(place: String)
  /// One setting is of no use without another; both by their flags, without the dashes.
  case missing(String, neededBy: String)
}

extension ConfigurationError: CustomStringConvertible {
  var description: String {
    switch self {
    case .unreadableFile(let path, let reason): "\(path) \(reason)"
    case .malformedFile(let path, let line, let problem):
      "\(path)\(line.map { ":\($0)" } ?? ""): not a YAML file of settings: \(problem)"
    case .unknownKey(let key, let path, let line, let nearest):
      "\(path):\(line): there is no setting \(key)"
        + (nearest.map { "; did you mean \($0)?" } ?? "; \"spoor serve --print-config\" shows all there are")
    case .wrongValue(let text, let place, let wanted): "\(place) is \"\(text)\"; it takes \(wanted)"
    case .severalValues(let place): "\(place) has several values, but takes one"
    case .missing(let name, let other): "--\(other) needs --\(name) beside it"
    }
  }
}
