import TraceModel

/// Turns spans into a request.
package enum RequestEncoder {
  /// An ExportTraceServiceRequest, which on the wire is also a TracesData. Spans keep their order; neighbours of the same
  /// resource share a ResourceSpans, and those of the same scope too a ScopeSpans. Takes linear time.
  ///
  /// - Precondition: attribute values are at most `AttributeValue.depthMax` deep, and the request stays under 2 GiB, as
  ///   protobuf demands.
  package static func encode(_ spans: [Span]) -> [UInt8] {
    var packer = Packer()
    return packer.request(groups(of: spans))
  }

  /// The spans of one resource, by runs of one scope.
  struct Group {
    var resource: Resource
    var scopes: [(scope: InstrumentationScope, spans: Range<Int>)]
    var spans: ArraySlice<Span>
  }

  static func groups(of spans: [Span]) -> [Group] {
    var groups: [Group] = []
    var start = 0
    while start < spans.count {
      let resource = spans[start].resource
      let end = spans[start...].firstIndex { $0.resource != resource } ?? spans.count
      var group = Group(resource: resource, scopes: [], spans: spans[start..<end])
      while start < end {
        let scope = spans[start].scope
        let scopeEnd = spans[start..<end].firstIndex { $0.scope != scope } ?? end
        group.scopes.append((scope, start..<scopeEnd))
        start = scopeEnd
      }
      groups.append(group)
    }
    return groups
  }
}
