import HTTPTypes

extension HTTPField.Name {
  /// On an answer that could not see all of what it was asked about: `true`.
  package static var spoorPartial: HTTPField.Name { HTTPField.Name("Spoor-Partial") ?? .via }

  /// On a page of a trace's spans: what leads to the next one, as `?cursor=`.
  package static var spoorCursor: HTTPField.Name { HTTPField.Name("Spoor-Cursor") ?? .via }

  /// On an answer about which something is in doubt: a sentence for people.
  package static var spoorNote: HTTPField.Name { HTTPField.Name("Spoor-Note") ?? .via }
}
