import ArgumentParser
import Receivers

/// Where a listener listens: `HOST:PORT`, with port 0 for any free one, or `off`.
enum ListenOption: ExpressibleByArgument {
  case off
  case at(ListenAddress)

  init?(argument: String) {
    if argument == "off" {
      self = .off
    } else if let address = ListenAddress(parsing: argument) {
      self = .at(address)
    } else {
      return nil
    }
  }

  var defaultValueDescription: String {
    switch self {
    case .off: "off"
    case .at(let address): address.description
    }
  }
}
