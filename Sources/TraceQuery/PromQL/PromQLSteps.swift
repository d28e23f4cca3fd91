import TraceModel

/// The moments that a query over time is worked out for.
package struct PromQLSteps: Hashable, Sendable {
  package let from: Timestamp
  package let step: Duration
  package let count: Int

  /// - Throws: if the end lies before the start, the step is zero, or there would be more than
  ///   `QueryLimits.promQLStepsMax`.
  package init(from: Timestamp, to: Timestamp, step: Duration) throws(PromQLError) {
    guard to >= from else { throw PromQLError("end timestamp must not be before start time") }
    guard step.nanoseconds > 0 else {
      throw PromQLError("zero or negative query resolution step widths are not accepted. Try a positive integer")
    }
    let steps = to.since(from).nanoseconds / step.nanoseconds
    guard steps < UInt64(QueryLimits.promQLStepsMax) else {
      throw PromQLError(
        "exceeded maximum resolution of \(QueryLimits.promQLStepsMax) points per timeseries. "
          + "Try decreasing the query resolution (?step=XX)")
    }
    (self.from, self.step, count) = (from, step, Int(steps) + 1)
  }

  package func moment(_ number: Int) -> Timestamp {
    from + Duration(nanoseconds: step.nanoseconds &* UInt64(number))
  }

  var last: Timestamp { moment(count - 1) }
}

/// One series over time.
package struct PromQLSeries: Hashable, Sendable {
  package struct Point: Hashable, Sendable {
    package var time: Timestamp
    package var value: PromQLSample.Value
  }

  package var labels: MetricLabels
  /// In the order of their times.
  package var points: [Point]
}
