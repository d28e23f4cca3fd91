/// The bounds of this room. Whatever is past one is shortened visibly, never refused: a picture of hostile names is
/// still a picture.
enum Limits {
  /// Graphemes of a name in a map's node. What is longer ends in an ellipsis, so that one node does not push the others
  /// off the page; the tooltip has more of it.
  static let nodeNameGraphemes = 36

  /// Graphemes of a name in a tooltip. Graphviz reads attributes of any length, readers do not.
  static let tooltipNameGraphemes = 100

  /// Graphemes of a line in a map's title. Words past it go on in another line; one word may be longer.
  static let titleLineGraphemes = 110

  /// UTF-8 bytes of a shortened text for each grapheme it may have, since one grapheme can be kilobytes of combining
  /// marks. The longest emoji in use take 35.
  static let bytesPerGrapheme = 48

  /// Up to here Graphviz lays a map out, and everything stands beside its nodes and edges. A larger one would be a carpet
  /// of text: it stands in a grid, and edges have their figures in the tooltip.
  static let detailedMapNodes = 100
  static let detailedMapEdges = 220

  /// Edges for each node up to which Graphviz lays a map of more than `denseMapEdges` out. Where everybody calls everybody,
  /// as the namespaces of a large system do, its layers come out ten times as large as the nodes in them need.
  static let detailedMapEdgesPerNode = 4
  static let denseMapEdges = 60

  /// What Mermaid draws with its usual settings is at most 500 edges and 50,000 UTF-16 units of text. Past it, edges with
  /// fewer calls are left out.
  static let mermaidEdges = 480
  static let mermaidCharacters = 49_000

  /// Columns of a terminal line: below the least nothing fits; the most bounds what a false width allocates.
  static let lineColumns = 40...1_000

  /// Graphemes of a name in the title of a latency series.
  static let seriesNameGraphemes = 60

  /// Columns of a service's name or namespace in a table.
  static let tableNameColumns = 40

  /// Tree levels that are indented. A deeper span says its depth in figures, or ten thousand levels would print a
  /// hundred megabytes of indentation.
  static let indentedDepth = 16

  /// Details shown beneath a failed span; the rest is counted in one more line, `--format json` has them all.
  static let detailLines = 16

  /// Values inside one another that a line of text shows, and how many of one list; `…` stands for the rest.
  static let valueDepth = 4
  static let valueElements = 16

  /// Rows of a latency histogram as text, and bars of one as a picture. The fine buckets, 32 to a doubling, are merged
  /// until they fit; no count is lost.
  static let histogramRows = 20
  static let histogramBars = 64

  /// Rows of latencies over time, as text and as a picture: quarters of a doubling are merged until they fit.
  static let heatMapTextRows = 16
  static let heatMapPictureRows = 48

  /// Columns of time that an answer may have; one with more is no answer of ours.
  static let heatMapColumns = 10_000

  /// Panels of a picture of latencies. A line below them says how many more series there are; text and JSON have all.
  static let histogramPanels = 100

  /// How far down a live table goes. There are no more nodes and edges in a map, so that none is out of reach.
  static let topRows = 100_000

  /// Graphemes of the reason in a finding of a ring's check.
  static let findingGraphemes = 200

  /// Steps of figures over time in an answer that is read, so that a false step cannot claim memory.
  static let metricsColumns = 100_000

  /// Labels of figures over time that a table has a column for. A comparison has one for each attribute.
  static let metricsLabelColumns = 6
}
