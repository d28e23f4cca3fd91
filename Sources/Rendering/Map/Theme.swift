import TraceModel

/// The colours of a picture. Health has the colour-blind-safe ones of Okabe and Ito
/// (https://jfly.uni-koeln.de/color/); line width, marks and words say the same without any colour. What is
/// of one colour in the light theme is of one colour in the dark one, so that a picture can be turned into the other.
package struct Theme: Sendable {
  /// Six hexadecimal digits each; Graphviz knows no shorter form.
  var background: String
  /// Names and titles.
  var ink: String
  /// Figures, and whatever should stand back.
  var quietInk: String
  /// Lines that only divide.
  var rule: String
  var idle: Tone
  var healthy: Tone
  var degraded: Tone
  var failing: Tone
  /// Calls that were sent away for now, in the bar of outcomes.
  var throttled: String

  /// One step of health.
  struct Tone: Sendable {
    var line: String
    var fill: String
    /// Dark (or light) enough to read on the background.
    var text: String
    /// An edge of this health.
    var edge: String
  }

  /// For paper and pages: a white ground.
  package static let light = Theme(
    background: "#ffffff", ink: "#1a1f36", quietInk: "#596378", rule: "#d5dae3",
    idle: Tone(line: "#8792a2", fill: "#f6f8fa", text: "#596378", edge: "#a3acb9"),
    healthy: Tone(line: "#009e73", fill: "#f1faf7", text: "#00694d", edge: "#8792a2"),
    degraded: Tone(line: "#e69f00", fill: "#fff8e6", text: "#855c00", edge: "#e69f00"),
    failing: Tone(line: "#d55e00", fill: "#fdf0e7", text: "#b34700", edge: "#d55e00"),
    throttled: "#cc79a7")

  /// For screens at night.
  package static let dark = Theme(
    background: "#12161f", ink: "#f2f4f8", quietInk: "#a7b0c0", rule: "#333c4d",
    idle: Tone(line: "#7d889b", fill: "#1b212c", text: "#a7b0c0", edge: "#566072"),
    healthy: Tone(line: "#1fb58b", fill: "#14261f", text: "#5fd3b0", edge: "#7d889b"),
    degraded: Tone(line: "#e69f00", fill: "#2b2413", text: "#f3bd4e", edge: "#e69f00"),
    failing: Tone(line: "#e8702a", fill: "#301d14", text: "#ff9c63", edge: "#e8702a"),
    throttled: "#cc79a7")

  /// What the pointer is on, over both grounds.
  static let pointed = "#0072b2"

  /// All of them, in the same order in every theme.
  var colors: [String] {
    [background, ink, quietInk, rule, throttled]
      + [idle, healthy, degraded, failing].flatMap { [$0.line, $0.fill, $0.text, $0.edge] }
  }

  /// Rules of a style sheet that turn a light picture into a dark one for whoever has chosen dark.
  static var darkRules: [String] {
    var done: Set<String> = []
    let rules = zip(light.colors, dark.colors).compactMap { light, dark in
      guard done.insert(light).inserted, light != dark else { return nil as String? }
      return "  [fill=\"\(light)\"] { fill: \(dark) } [stroke=\"\(light)\"] { stroke: \(dark) }"
    }
    return ["@media (prefers-color-scheme: dark) {"] + rules + ["}"]
  }

  subscript(health: Health) -> Tone {
    switch health {
    case .idle: idle
    case .healthy: healthy
    case .degraded: degraded
    case .failing: failing
    }
  }
}
