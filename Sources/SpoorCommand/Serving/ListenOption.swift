import ArgumentParser
import Receivers

/// Where a listener listens: `HOST:PORT`, with port 0 for any free one, `unix:PATH`, or `off`.
enum ListenOption: Hashable {
  case off
  case at(ListenAddress)

  var address: ListenAddress? {
    if case .at(let address) = self { address } else { nil }
  }
}

extension ListenOption: SettingValue {
  static var form: String { "HOST:PORT, unix:PATH or off" }

  init?(argument: String) {
    if argument == "off" {
      self = .off
    } else if let address = ListenAddress(parsing: argument) {
      self = .at(address)
    } else {
      return nil
    }
  }

  var description: String { address?.description ?? "off" }
}
