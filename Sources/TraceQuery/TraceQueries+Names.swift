import TraceLinking

extension TraceQueries {
  /// Stands in answers for all services, nodes or span names past a bound of what is counted.
  package static let otherName = LinkingLimits.otherName
}
