import ArgumentParser
import Collector
import Logging
import Receivers

/// What a setting can hold: read from what people type, and written so that it can be read again.
protocol SettingValue: ExpressibleByArgument, CustomStringConvertible, Sendable {
  /// What is accepted, for "it takes …".
  static var form: String { get }
}

extension String: SettingValue {
  static var form: String { "a text" }
}

extension Acknowledgement: SettingValue, ExpressibleByArgument {
  static var form: String { allCases.map(\.rawValue).joined(separator: ", ") }
  package var description: String { rawValue }
}

extension CORSOrigin: SettingValue, ExpressibleByArgument {
  static var form: String { "an origin such as https://shop.example, or *" }

  package init?(argument: String) {
    self.init(parsing: argument)
  }
}

extension Logger.Level: SettingValue, @retroactive ExpressibleByArgument {
  static var form: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
