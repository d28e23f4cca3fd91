import TraceModel

extension RingHorizon {
  /// Why an answer is empty: the ring is, or the window lies beside what it holds.
  func emptyAnswer(_ window: TimeWindow) -> CommandFailure {
    guard spans > 0, let earliestEnd, let latestEnd else {
      return CommandFailure(
        message: "the ring is empty: nothing has been received yet; point an SDK at it, or try \"spoor demo\"",
        exitCode: 1)
    }
    if window.isAll {
      return CommandFailure(message: "nothing found in the \(spans) spans that the ring holds", exitCode: 1)
    }
    return CommandFailure(
      message: "nothing found in this window; the ring holds spans that ended from \(earliestEnd) to \(latestEnd): "
        + "use --all for everything, or --since, --from and --to", exitCode: 1)
  }
}

/// Says on standard error that an answer is not complete.
func warnIfPartial(_ isPartial: Bool) {
  if isPartial {
    Console.warn("part of what belongs to this answer could not be read: it was damaged or has just been overwritten")
  }
}
