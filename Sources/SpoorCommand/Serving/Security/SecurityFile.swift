import ArgumentParser

/// A file that says who may send, or `off` where a listener is to have none though all others have one.
enum SecurityFile: Hashable {
  case off
  case at(String)

  var path: String? {
    if case .at(let path) = self { path } else { nil }
  }
}

extension SecurityFile: SettingValue {
  static var form: String { "a file, or off" }

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    self = argument == "off" ? .off : .at(argument)
  }

  var description: String { path ?? "off" }
}
