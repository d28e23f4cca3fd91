/// The bounds of this room.
package enum APILimits {
  /// Questions that are worked on at once; each may hold the spans of a window in memory.
  package static let workersMax = 2
  /// Lookups that are worked on at once, beside these.
  package static let lookupWorkersMax = 1

  /// How far the threads of questions stand behind those that take spans (setpriority(2)): where the processor is scarce each
  /// gets a third of what one of those gets. More would leave questions without answers beside other busy programs.
  static let workerNiceness: Int32 = 5

  /// Questions of a lane that wait or are worked on; one more is answered 503 with Retry-After.
  package static let questionsMax = 64

  /// Maps that are laid out as pictures at once, each by a process of its own; one more is answered 503 with Retry-After.
  package static let drawingsMax = 2

  /// A URL, path and query, in bytes: a question in TraceQL of the longest kind, percent-encoded, with room for what goes
  /// with it. Past it 414.
  static let urlByteCountMax = 32 << 10

  /// The header of a request with its URL, in bytes, and its fields. Past either 431 or 400 and a close.
  static let headerByteCountMax = 64 << 10
  static let headerFieldsMax = 128

  /// A request's body in bytes, because a route may hold it whole, and each connection may have one. Past it 413, and the
  /// connection closes.
  package static let bodyByteCountMax = 8 << 20

  /// Connections that wait in the kernel's queue until one closes; more find no answer at first and ask again.
  static let connectionsWaitingMax = 1024

  /// What a shorter answer would save by gzip is less than a packet.
  static let compressedByteCountMin = 1 << 10

  /// How long a question may wait and be worked on; past it it is given up and answered 503.
  package static let questionSeconds = 30

  /// Columns of latencies over time where nobody says how many.
  package static let heatMapColumnsUsual = 120

  /// How long a search looks for more; past it the answer has what was found so far, and a cursor.
  package static let searchSeconds = 10

  /// Zipkin's traces in an answer: how many where nobody says, and at most. More than that are not given.
  package static let zipkinTracesUsual = 10
  package static let zipkinTracesMax = 1000
  /// Spans of all traces in one of Zipkin's answers, at about a kilobyte of JSON each; past it the answer is marked partial.
  package static let zipkinSpansMax = 50_000
  /// A question's conditions on tags and annotations, and their bytes. More are refused.
  package static let zipkinConditionsMax = 100
  package static let zipkinQueryBytesMax = 8 << 10
  /// In how many ways a name or a value may have been written that Zipkin has in lower case and as text; each is searched for
  /// by itself, and further ones not at all.
  package static let zipkinFiltersMax = 16
  /// How far back a question looks that does not say.
  package static let zipkinLookbackMilliseconds: UInt64 = 86_400_000

  /// A form in the body of a POST, in bytes, and its fields. A longer one is answered 413; further fields do not count.
  static let formBytesMax = 256 << 10
  static let formFieldsMax = 200

  /// Selectors of one question about series or labels. More are answered 400.
  static let matchesMax = 32

  /// How long blocks are gone through for the keys and values of attributes; past it the answer has what was found so far,
  /// of the newest.
  package static let tagSeconds = 5

  // MARK: Jaeger

  /// Parameters of one question. More are refused.
  static let jaegerParametersMax = 256

  /// Traces of one search in Jaeger's API where nobody says how many; as there.
  static let jaegerTracesUsual = 100

  /// Spans of all traces in an answer of Jaeger's API, which takes some ten kilobytes for each while it is made, and a
  /// browser no less. Past it the answer says that it was cut, and where the rest is.
  static let jaegerSpansMax = 20_000

  /// Trace IDs, tags and services of one question. More are refused.
  static let jaegerTraceIDsMax = 100
  static let jaegerTagsMax = 32
  static let jaegerMetricServicesMax = 100

  /// Columns that a window is divided into for the Monitor tab; fewer where span names are told apart. Past it they become
  /// longer.
  static let jaegerColumnsMax = 500
  static let jaegerSpanNameColumnsMax = 120

  /// The newest traces that answers about the quality of traces and ways through services are made from.
  static let jaegerSampleTraces = 100
  /// Spans of one of them, so that a giant does not stand for all. What a larger one lacks is not held against its quality.
  static let jaegerSampleTraceSpans = 2000
  /// Ways through services, hops of one, examples of a metric, and services that it names. More are left out.
  static let jaegerPathsMax = 1000
  static let jaegerPathHopsMax = 64
  static let jaegerExamplesMax = 5
  static let jaegerQualityRowsMax = 20
}
