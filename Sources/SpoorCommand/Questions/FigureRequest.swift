import TraceModel

/// Figures over time as a person asks for them.
struct FigureRequest: Sendable {
  /// TraceQL that has been read without an error.
  var text: String
  /// Nil for one that fits the window.
  var step: TraceModel.Duration?
  var exemplarsMax: Int
}
