/// Who sent a span: OTLP's Resource with the schema URL of the ResourceSpans it came in.
package struct Resource: Hashable, Sendable {
  package var attributes: [Attribute]
  package var droppedAttributesCount: UInt32
  package var entityReferences: [EntityReference]
  package var schemaURL: String

  package init(
    attributes: [Attribute] = [], droppedAttributesCount: UInt32 = 0, entityReferences: [EntityReference] = [],
    schemaURL: String = ""
  ) {
    self.attributes = attributes
    self.droppedAttributesCount = droppedAttributesCount
    self.entityReferences = entityReferences
    self.schemaURL = schemaURL
  }

  package static func == (left: Resource, right: Resource) -> Bool {
    left.attributes == right.attributes && left.droppedAttributesCount == right.droppedAttributesCount
      && left.entityReferences == right.entityReferences && left.schemaURL.hasSameBytes(as: right.schemaURL)
  }

  package var serviceName: String? { attributes[SemanticAttributes.serviceName]?.stringValue }
  package var serviceNamespace: String? { attributes[SemanticAttributes.serviceNamespace]?.stringValue }
}

/// Which attributes of a resource name one entity (a host, a process): OTLP's EntityRef.
package struct EntityReference: Hashable, Sendable {
  package var schemaURL: String
  package var type: String
  package var idKeys: [String]
  package var descriptionKeys: [String]

  package init(schemaURL: String = "", type: String, idKeys: [String] = [], descriptionKeys: [String] = []) {
    self.schemaURL = schemaURL
    self.type = type
    self.idKeys = idKeys
    self.descriptionKeys = descriptionKeys
  }

  package static func == (left: EntityReference, right: EntityReference) -> Bool {
    func isSame(_ left: [String], _ right: [String]) -> Bool { left.elementsEqual(right) { $0.hasSameBytes(as: $1) } }
    return left.schemaURL.hasSameBytes(as: right.schemaURL) && left.type.hasSameBytes(as: right.type)
      && isSame(left.idKeys, right.idKeys) && isSame(left.descriptionKeys, right.descriptionKeys)
  }
}
