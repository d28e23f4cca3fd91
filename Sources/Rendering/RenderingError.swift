/// Why bytes are not the answer they were taken for.
package enum RenderingError: Error, Equatable, Sendable {
  /// Not JSON at all, cut off, or with a number where a count belongs that is negative, broken or too large.
  case notJSON
  /// JSON, but the member at this path (`nodes.3.kind`) is missing or not what it should be.
  case unexpected(path: String)
}

extension RenderingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notJSON: "the answer is not JSON that spoor can read; check that the address is that of a Spoor server"
    case .unexpected(let path):
      "the answer's member \(path.isEmpty ? "at the top" : path) is not what this version of spoor expects; "
        + "use the version that the server has"
    }
  }
}
