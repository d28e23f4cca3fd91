/// How text for people is dressed.
package enum TextStyle: Sendable {
  /// Characters only: for files, pipes and terminals without colour.
  case plain
  /// With the escape sequences of ECMA-48 for colour and weight, which terminals know.
  case ansi
}

/// What a piece of text is, for those who can see colours.
enum Ink {
  case strong
  case quiet
  case failed
  /// One of a few colours that tell services apart.
  case service(Int)

  /// Cyan, green, magenta, blue and their bright kin: no red, which means failed, and nothing that a white or a black
  /// ground swallows.
  private static let serviceColors = [36, 32, 35, 34, 33, 96, 92, 95, 94]

  fileprivate var parameter: Int {
    switch self {
    case .strong: 1
    case .quiet: 2
    case .failed: 31
    case .service(let number): Self.serviceColors[number % Self.serviceColors.count]
    }
  }
}

extension TextStyle {
  /// - Parameter text: visible text without escape sequences of its own.
  func paint(_ text: String, _ ink: Ink?) -> String {
    guard self == .ansi, let ink, !text.isEmpty else { return text }
    return "\u{1b}[\(ink.parameter)m\(text)\u{1b}[0m"
  }
}
