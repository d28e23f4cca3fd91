import TraceModel
import TraceQuery

/// A search as both versions of Jaeger's API mean it: traces with one span of which everything asked for is true.
struct JaegerSearch: Sendable {
  /// Empty for any.
  var service = ""
  var spanName = ""
  /// Of the span's start.
  var start: ClosedRange<Timestamp>
  var durationMin: Duration?
  var durationMax: Duration?
  var tags: [JaegerTagCondition] = []
  var limit = APILimits.jaegerTracesUsual
  var isRaw = false
  /// Spans of one trace at most; the rest of a larger one is left out.
  var spansMax = APILimits.jaegerSpansMax

  /// The span's start lies in `start`, so its end does not lie before that.
  var window: TimeWindow { TimeWindow(from: start.lowerBound) }

  /// What a search of the ring can tell.
  var traits: SpanTraits {
    var traits = SpanTraits()
    traits.start = start
    traits.service = service.isEmpty || isOfNamelessService ? nil : service
    traits.spanName = spanName.isEmpty ? nil : spanName
    traits.duration = durationMin == nil && durationMax == nil ? nil : durations
    traits.choices = tags.map(\.choices).filter { !$0.isEmpty }
    return traits
  }

  private var durations: ClosedRange<Duration> {
    let least = durationMin ?? .zero
    return least...max(least, durationMax ?? Duration(nanoseconds: .max))
  }

  /// Spans without a service's name are listed under one that they do not have.
  private var isOfNamelessService: Bool { service == Resource().jaegerService }

  /// Whether that finds more than is meant, so that what is found has to be looked at.
  var mustCheck: Bool { isOfNamelessService || tags.contains { $0.choices.isEmpty } }

  func holds(for span: Span) -> Bool {
    start.contains(span.start) && durations.contains(span.duration) && (spanName.isEmpty || span.name == spanName)
      && (service.isEmpty || span.jaegerService == service) && tags.allSatisfy { $0.holds(for: span) }
  }
}
