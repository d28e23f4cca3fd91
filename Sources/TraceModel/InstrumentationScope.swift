/// Which library made a span: OTLP's InstrumentationScope with the schema URL of the ScopeSpans it came in.
package struct InstrumentationScope: Hashable, Sendable {
  package var name: String
  package var version: String
  package var attributes: [Attribute]
  package var droppedAttributesCount: UInt32
  package var schemaURL: String

  package init(
    name: String = "", version: String = "", attributes: [Attribute] = [], droppedAttributesCount: UInt32 = 0,
    schemaURL: String = ""
  ) {
    self.name = name
    self.version = version
    self.attributes = attributes
    self.droppedAttributesCount = droppedAttributesCount
    self.schemaURL = schemaURL
  }

  package static func == (left: InstrumentationScope, right: InstrumentationScope) -> Bool {
    left.name.hasSameBytes(as: right.name) && left.version.hasSameBytes(as: right.version)
      && left.attributes == right.attributes && left.droppedAttributesCount == right.droppedAttributesCount
      && left.schemaURL.hasSameBytes(as: right.schemaURL)
  }
}
