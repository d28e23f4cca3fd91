import ArgumentParser
import Receivers

extension ContentCoding: ExpressibleByArgument {
  /// As people type it: `gzip`, `zstd` or `none`.
  package init?(argument: String) {
    switch argument {
    case "none": self = .identity
    case "gzip": self = .gzip
    case "zstd": self = .zstd
    default: return nil
    }
  }

  package var defaultValueDescription: String { self == .identity ? "none" : rawValue }

  package static var allValueStrings: [String] { ["none", "gzip", "zstd"] }

  /// The words say it all.
  package static var allValueDescriptions: [String: String] { [:] }
}

extension Destination {
  /// - Throws: where the transport has no place to say that a payload is compressed.
  func check(_ compression: ContentCoding) throws(ValidationError) {
    guard transport.carriesCompression || compression == .identity else {
      throw ValidationError("--compression \(compression.rawValue) is not for \(transport); send over http or grpc")
    }
  }
}
