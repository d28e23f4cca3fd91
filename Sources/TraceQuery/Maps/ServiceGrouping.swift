import TraceLinking
import TraceModel

/// Puts services together that have the same value of a resource attribute.
///
/// Services are told apart by that value as well while their spans are joined, and put together afterwards, so that the
/// map of groups is the sum of the map of services: whatever stays within one group is a call of the group to itself.
struct ServiceGrouping {
  let attribute: String

  init(_ attribute: String) {
    self.attribute = attribute
  }

  /// Whether namespace and name alone say which group a service is in, so that stored figures know it.
  var isOfIdentity: Bool {
    attribute == SemanticAttributes.serviceNamespace || attribute == SemanticAttributes.serviceName
  }

  // MARK: In the way of the spans

  /// The resource with its group in the namespace, before which it is told how long the group is.
  func marked(_ resource: Resource) -> Resource {
    let group = resource.attributes[attribute].flatMap(Self.text)
    let mark = group.map { "\($0.utf8.count):\($0)" } ?? "-:"
    var attributes = [Attribute(SemanticAttributes.serviceNamespace, .string(mark + (resource.serviceNamespace ?? "")))]
    if let name = resource.serviceName { attributes.append(Attribute(SemanticAttributes.serviceName, .string(name))) }
    return Resource(attributes: attributes)
  }

  /// Nil where a value is none that people would name a group by.
  private static func text(_ value: AttributeValue) -> String? {
    switch value {
    case .string(let text): text.isEmpty ? nil : text
    case .int(let number): String(number)
    case .bool(let flag): String(flag)
    case .double(let number): String(number)
    default: nil
    }
  }

  // MARK: Afterwards

  /// The group that stands for a node; the node itself where it is no service.
  func group(of node: NodeIdentity) -> NodeIdentity {
    guard node.kind == .service else { return node }
    let value =
      if !isOfIdentity {
        node.namespace.flatMap { Self.mark(in: $0) }
      } else {
        attribute == SemanticAttributes.serviceName ? node.name : node.namespace
      }
    return .group(attribute: attribute, value: value)
  }

  private static func mark(in namespace: String) -> String? {
    guard let colon = namespace.firstIndex(of: ":"), let length = Int(namespace[..<colon]) else { return nil }
    return String(decoding: namespace.utf8[namespace.utf8.index(after: colon)...].prefix(length), as: UTF8.self)
  }
}
