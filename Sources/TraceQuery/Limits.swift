import TraceModel

/// The bounds of this room.
package enum QueryLimits {
  /// Segments without stored figures, the one being written among them, whose folds are kept for the next question, at
  /// no more bytes each than a footer may take.
  static let keptFoldsMax = 4

  /// Spans of segments that are joined again together, such as those that share a minute that a bound of the window
  /// divides, at 90 bytes each. Past it, what further ones change in each other counts by the minute. One segment alone may
  /// have more.
  static let joinedSpansMax = 500_000

  /// Spans of one trace that are linked and shown; the rest of a longer trace is left out and the answer marked
  /// partial. A span takes a few kilobytes in memory.
  package static let traceSpansMax = 200_000

  /// Spans of one trace that are read at once, so that a question about a giant one can be given up between.
  static let tracePageSpans = 20_000

  /// A question in TraceQL: bytes, and parentheses, `!` and `-` inside one another. Longer or deeper ones are refused.
  package static let questionBytesMax = 8 << 10
  package static let questionDepthMax = 32
  /// Operators that have one another as operands, such as those of a sum of so many numbers or of `&&` and `||` in turn. What
  /// was read is gone through by functions that call themselves so often.
  static let questionOperatorsMax = 100
  /// What the lists of one question, such as those of `by`, `select` and quantiles, name together; and its stages. More are
  /// refused: each quantile is a figure of every series in every column, and each field a value of every one that is told.
  package static let questionListedMax = 64
  package static let questionStagesMax = 64
  /// Regular expressions of one question, each of which may take `patternMemoryMax`. More are refused.
  static let questionPatternsMax = 32

  /// A regular expression: bytes, and what its program and its caches may take. A pattern that needs more, such as one with
  /// large numbers of repetitions inside one another, is refused.
  package static let patternBytesMax = 4096
  static let patternMemoryMax: Int64 = 4 << 20

  /// Traces that one search answers with at most; a cursor leads to the next ones.
  package static let searchTracesMax = 1000
  /// Traces where nobody says how many.
  package static let searchTracesDefault = 20
  /// Spans that are found before their traces are counted.
  static let searchPageSpans = 500
  /// Spans that are looked at for traces to show beside percentiles, the newest first; and traces that are joined to see
  /// whether they hold a call of such a duration, for each percentile. Where that is not enough, a percentile has none.
  static let exemplarSpansMax = 2_000_000
  static let exemplarTracesMax = 16

  /// Columns and series of latencies over time; the busiest series are told of, the others counted.
  package static let heatMapColumnsMax = 500
  static let heatMapSeriesMax = 24
  /// Spans that are remembered to count none twice while a segment is gone through, at 16 bytes each; past it they are
  /// forgotten.
  static let knownSpansMax = 1_000_000

  /// Spans that are told of each set that a trace is found by, and sets of a trace. Of more, their number is told, and that of
  /// sets is not.
  package static let matchedSpansMax = 100
  static let spanSetsMax = 100
  /// Spans that are told in one answer to a search; of the sets behind them only the number is.
  static let toldSpansMax = 20_000
  /// Bytes of a text beside a span that was found, or by which series are told apart. The rest of a longer one is left out.
  static let labelBytesMax = 1024

  /// Columns of figures over time where nobody says how long they are, and at most; more are refused.
  package static let metricsColumnsUsual = 60
  package static let metricsColumnsMax = 11_000
  /// Series of an answer, and figures of all of them together, at 16 bytes each; one of a histogram's counts as 32. What would
  /// be more is dropped, and told as that.
  package static let metricsSeriesMax = 1000
  static let metricsFiguresMax = 1_000_000
  /// Dropped series that are told apart, to count them; at most so many are said to be dropped.
  static let metricsDroppedMax = 10_000
  /// Traces beside all figures together.
  package static let exemplarsMax = 1000
  /// What `compare()` counts at most: attributes, and values of each. Others are counted together.
  static let comparedKeysMax = 500
  static let comparedValuesMax = 2000

  /// Spans of a trace that are read for its line in the list of those found. The figures of a larger trace are those of
  /// its first spans, and the answer is marked partial.
  package static let summarySpansMax = 20_000

  /// How many calls around a node a map reaches where nobody says.
  package static let mapDepthDefault = 1
  /// Nodes that are hidden one by one, and the bytes of an attribute's key. More are refused.
  package static let hiddenMax = 100
  package static let attributeKeyBytesMax = 256

  /// Traces that the map of a question shows; of more, the newest. Each takes 16 bytes, and its spans 80 each.
  package static let mapTracesMax = 100_000
  /// Spans that are found at once for it.
  static let mapSearchPageSpans = 10_000
  /// Spans of a window that are gone through for groups of services, a part of them at once at 80 bytes each. More are
  /// refused: they would take minutes.
  package static let scannedSpansMax = 32_000_000
  static let spansPerPass = 1_000_000

  /// A query in PromQL: bytes, operands and operators together, and selectors. Working it out goes as deep as there are
  /// parts. More are refused.
  static let promQLBytesMax = 64 << 10
  static let promQLPartsMax = 256
  static let promQLSelectorsMax = 32
  /// Moments that one query is worked out for, as in Prometheus. More are refused.
  package static let promQLStepsMax = 11_000
  /// Columns that a query over time divides its time into; past it they become longer than a minute.
  static let promQLColumnsMax = 1500
  /// Of these, how many are added up at once, at all figures of edges each.
  static let promQLColumnsAtOnce = 250
  /// Figures that a query may hold or make: of series, times columns or moments, at up to 300 bytes each in an answer's
  /// making. More are refused.
  static let promQLSamplesMax = 1_000_000
  /// What `label_join` may make of one label. More is refused.
  static let promQLJoinedBytesMax = 4 << 10

  /// Series of spans, and series of edges, that `/metrics` tells apart, at 17 lines of text each. What comes past it is
  /// counted together under `otel_metric_overflow`.
  package static let metricSeriesMax = 2000
  /// Spans of a block of which one may become an exemplar.
  static let exemplarsPerBlock = 500

  /// Spans that are looked at for the keys and values of attributes, the newest first; the answer says where that was not
  /// all of them.
  static let attributeSpansMax: UInt64 = 2_000_000
  /// Spans of each block whose events and links are looked at for keys.
  static let attributeEventRowsMax = 500
  /// Keys of a scope, and values of a key: how many, and the bytes of one and of all. What is more is left out, and the answer
  /// says so.
  static let attributeKeysMax = 10_000
  static let attributeValuesMax = 10_000
  static let attributeValueBytesMax = 2048
  static let attributeValuesBytesMax = 4 << 20
  /// Values of one list that are counted.
  static let attributeListValuesMax = 100

  /// Spans that are gone through, the newest first, to count calls by span name or kind over time; past it the oldest are
  /// missing and the answer says so. And series of it; later ones are left out, and that is said, too.
  static let ratedSpansMax = 4_000_000
  static let rateSeriesMax = 200

  /// What names a trace: more bytes are no ID in any form.
  static let traceReferenceBytesMax = 64
  /// The first digits of a trace's ID by which it is looked for. With fewer, a ring of millions has several by chance.
  package static let shortenedIDDigitsMin = 8
  /// How long that may take; past it the answer says what was not looked through. A second goes through the IDs of some
  /// millions of traces.
  package static let shortenedIDSeconds = 5
  /// Traces of one beginning that are named; of more, the newest.
  static let namesakesMax = 10
}
