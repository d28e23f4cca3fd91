/// OTLP JSON leaves out what has its default value; this writes it all, so that two spans can be compared as they are.
enum ComparableSpan {
  /// The spans of OTLP's TracesData by their IDs, each with its resource and scope.
  static func spans(of tracesData: JSONValue) -> [String: JSONValue] {
    var spans: [String: JSONValue] = [:]
    for group in tracesData["resourceSpans"].elements {
      var resource = group["resource"].filled(with: ["attributes": [], "droppedAttributesCount": 0])
      resource = resource.setting("schemaUrl", group["schemaUrl"].string.map(JSONValue.string) ?? "")
      for scoped in group["scopeSpans"].elements {
        var scope = scoped["scope"].filled(
          with: ["name": "", "version": "", "attributes": [], "droppedAttributesCount": 0])
        scope = scope.setting("schemaUrl", scoped["schemaUrl"].string.map(JSONValue.string) ?? "")
        for span in scoped["spans"].elements {
          let whole = complete(span).setting("resource", resource).setting("scope", scope)
          spans[span["spanId"].string ?? ""] = values(of: whole)
        }
      }
    }
    return spans
  }

  private static func complete(_ span: JSONValue) -> JSONValue {
    let whole = span.filled(with: [
      "traceState": "", "parentSpanId": "", "flags": 0, "name": "", "kind": 0, "startTimeUnixNano": "0",
      "endTimeUnixNano": "0", "attributes": [], "droppedAttributesCount": 0, "events": [], "droppedEventsCount": 0,
      "links": [], "droppedLinksCount": 0,
    ])
    let events = whole["events"].elements.map {
      $0.filled(with: ["timeUnixNano": "0", "name": "", "attributes": [], "droppedAttributesCount": 0])
    }
    let links = whole["links"].elements.map {
      $0.filled(with: ["traceState": "", "attributes": [], "droppedAttributesCount": 0, "flags": 0])
    }
    return whole.setting("events", .array(events)).setting("links", .array(links))
      .setting("status", whole["status"].filled(with: ["code": 0, "message": ""]))
  }

  /// Writes `{"arrayValue": {}}` as an array of nothing, and so for maps, however deep.
  private static func values(of value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map(values))
    case .object(let members):
      var members = members.mapValues(values)
      for key in ["arrayValue", "kvlistValue"] {
        if let inner = members[key] { members[key] = inner.filled(with: ["values": []]) }
      }
      return .object(members)
    default: return value
    }
  }
}

extension JSONValue {
  /// An object with these members where it has none of its own.
  func filled(with defaults: [String: JSONValue]) -> JSONValue {
    guard case .object(let members) = self else { return .object(defaults) }
    return .object(defaults.merging(members) { $1 })
  }

  func setting(_ key: String, _ value: JSONValue) -> JSONValue {
    guard case .object(var members) = self else { return self }
    members[key] = value
    return .object(members)
  }
}
