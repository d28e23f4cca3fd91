/// Who said what a setting holds, the strongest first.
enum ValueSource: Hashable, Sendable {
  case flag
  case environment
  case file
  case initial
}

extension ValueSource: CustomStringConvertible {
  var description: String {
    switch self {
    case .flag: "flag"
    case .environment: "environment"
    case .file: "file"
    case .initial: "default"
    }
  }
}
