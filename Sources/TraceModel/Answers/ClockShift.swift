/// How far a span's times were moved, or should have been, so that they fit its parent's on another host, whose clock says
/// something else.
package struct ClockShift: Hashable, Sendable {
  /// What was added to the span's start and end and to its events' times; less than zero where they became earlier.
  package var nanoseconds: Int64
  /// False where it would have been more than anybody's clock is believed to be wrong: then the times are those received.
  package var isApplied: Bool

  package init(nanoseconds: Int64, isApplied: Bool = true) {
    self.nanoseconds = nanoseconds
    self.isApplied = isApplied
  }
}

extension ClockShift: CustomStringConvertible {
  /// `+1.25ms` or `-3s`.
  package var description: String {
    (nanoseconds < 0 ? "-" : "+") + Duration(nanoseconds: nanoseconds.magnitude).description
  }
}

extension ClockShift {
  /// A sentence for people who look at the span.
  package var warning: String {
    isApplied
      ? "this span's times were moved by \(self), because its host's clock differs from its parent's"
      : "this span's times do not fit its parent's by \(self), which is more than clocks are corrected by"
  }
}

extension Timestamp {
  /// Stays at the ends of time; a time that is not set stays so.
  package func moved(byNanoseconds distance: Int64) -> Timestamp {
    guard unixNanoseconds != 0 else { return self }
    let length = Duration(nanoseconds: distance.magnitude)
    return distance < 0 ? self - length : self + length
  }
}
