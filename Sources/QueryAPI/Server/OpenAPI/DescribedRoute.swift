/// One of Spoor's own routes, as its OpenAPI page and its index tell of it.
struct DescribedRoute: Sendable {
  /// From the root, with `{name}` for what a path captures: what the router calls it.
  let path: String
  let summary: String
  let parameters: [DescribedParameter]
  /// What it may answer with at 200.
  let contentTypes: [String]
  /// Statuses besides 200 that it may answer with, with the reason.
  let errors: [Int: String]

  init(
    _ path: String, _ summary: String, _ parameters: [DescribedParameter] = [], contentTypes: [String],
    errors: [Int: String] = [:]
  ) {
    self.path = path
    self.summary = summary
    self.parameters = parameters
    self.contentTypes = contentTypes
    self.errors = errors
  }
}

/// A parameter of a route.
struct DescribedParameter: Sendable {
  enum Place: String, Sendable {
    case path, query
  }

  enum Kind: Sendable {
    case text
    /// A number from 1 on.
    case count
    /// A number from 0 on.
    case number
    /// Unix nanoseconds.
    case moment
    case flag
    case oneOf([String])
    /// May be given more than once.
    case texts
  }

  let name: String
  let place: Place
  let kind: Kind
  let purpose: String
  let isRequired: Bool

  init(_ name: String, _ kind: Kind, _ purpose: String, place: Place = .query, isRequired: Bool = false) {
    self.name = name
    self.kind = kind
    self.purpose = purpose
    self.place = place
    self.isRequired = isRequired || place == .path
  }
}
