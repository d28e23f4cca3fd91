import TraceModel

/// The bounds of this room. Whatever falls past one is counted, never silently left out.
package struct LinkingLimits: Sendable {
  // MARK: Time

  /// How much later than its arrival a span may say that it ended. Past it the times are impossible: the span is part
  /// of `--all` only, and counted as skewed.
  package static let clockLeadMax = Duration.seconds(600)

  /// How far the spans of a host are moved at most to fit their parents'. What is further off is more often work that was
  /// done later than a clock that is wrong; it is left as it is, and says so.
  package static let clockShiftMax = Duration.seconds(60)

  // MARK: Annotating

  /// What annotating remembers of what values of attributes came to; half of it is thrown away. Past it, it is made out
  /// anew for every span. One memory is as good as for some hundred different spans.
  static let annotationByteCountMax = 2 << 20

  /// How many memories there are at most between batches: as many as threads annotate at once.
  static let annotationMemoriesMax = 16

  /// The most spans that one stands for, whatever its sampling factor says.
  static let samplingFactorMax = 1_048_576.0

  /// Different sampling factors; later ones count as the next lower power of two.
  static let samplingFactorsMax = 200

  /// Links of a span that are looked at: as many messages it takes at once.
  static let linksPerSpanMax = 128

  /// How far above a CLIENT span another one is looked for that tells of the same call. One further up counts by itself.
  static let layersMax = 8

  // MARK: Spans held at once

  /// Spans of a window that are held at once to find each other's parents, at about 80 bytes each. Past it, spans still
  /// count for their node, but find no partner and are counted as unpaired.
  package var pairableSpansMax = 2_000_000

  /// What a fold may take for the spans of a segment. It goes through a larger segment several times, each time for a
  /// part of the traces.
  package var foldByteCountMax = 64 << 20

  /// What a span takes while it is folded: its row, and what finding its parent takes.
  static let foldedSpanByteCount = 84

  /// How often a fold goes through a segment at most. Spans for which that is not often enough are counted, but find no
  /// partner.
  package var passesMax = 64

  /// Links of a segment, or of a window, at about 200 bytes each. Spans whose links come past it count as one message, and
  /// nobody looks for who sent it.
  package var linksMax = 131_072

  // MARK: Keys

  /// Different services, and different nodes that send no spans. A picture of more is of no use, and hostile names could
  /// be without number; the rest is drawn as one node, `__other__`.
  package var servicesMax = 4096
  package var peersMax = 20_000

  /// Different edges; the rest is counted as one of each kind, from `__other__` to `__other__`.
  package var edgesMax = 20_000

  /// Different span names with their kinds and outcomes, of one service and of all; the rest is counted under
  /// `__other__`, while search still finds them.
  package var spanNamesPerServiceMax = 2000
  package var spanNamesMax = 65_536

  /// The longest ID of a node and the longest span name, in bytes, so that hostile names cannot fill the memory. Longer
  /// ones are counted under `__other__`.
  package var nameByteCountMax = 16 << 10

  /// All of them together; later ones are counted under `__other__`.
  package var namesByteCountMax = 16 << 20

  // MARK: Figures

  /// Sets of figures, one for each key and minute, at 128 bytes each. Past it minutes become hours, then days, then one.
  package var rowsMax = 262_144

  /// Groups of 16 buckets of histograms of which one holds something, at about 100 bytes each. Past it minutes become
  /// hours, then days, then one; then durations that need another group count for `__other__`.
  package var linesMax = 300_000

  /// Minutes (or hours, or days) of one segment. Past it they become hours, then days, then one.
  package var periodsMax = 4096

  // MARK: Corrections

  /// Traces of a segment whose parents are said to be missing, at 16 bytes each; the latest are kept. What falls out is
  /// never corrected when the parent comes, and stays counted as unpaired.
  package var unresolvedTracesMax = 65_536

  /// What a segment's fold fetches of earlier segments: traces, and spans of them. Each trace may cost a read of the
  /// disk. The rest is not joined across segments, and stays counted as unpaired.
  package var correctedTracesMax = 16_384
  package var earlierSpansMax = 262_144

  /// Spans joined for corrections, each as often as it is looked at: a trace in n segments is joined 4n times. Past it,
  /// as above.
  package var correctionJoinsMax = 4_000_000

  package init() {}

  /// The name that stands for everything past a bound.
  package static let otherName = "__other__"
}
