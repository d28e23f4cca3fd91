/// The datagrams of one read that are refused, counted together: a flood of garbage must not cost more than spans do.
struct RefusedDatagrams {
  var truncated = 0
  var empty = 0
  private var faults: [XRayFault] = []

  mutating func add(_ fault: XRayFault) {
    faults.append(fault)
  }

  /// Tells the sink, and begins anew.
  mutating func report(to sink: any PayloadSink, from transport: Transport, limit: Int) {
    if truncated > 0 { sink.refused(truncated, .truncatedDatagram(limit: limit), from: transport) }
    if empty > 0 { sink.refused(empty, .emptyDatagram, from: transport) }
    for fault in faults.isEmpty ? [] : XRayFault.allCases where faults.contains(fault) {
      sink.refused(faults.count { $0 == fault }, .notOTLPOverXRay(fault), from: transport)
    }
    (truncated, empty) = (0, 0)
    faults.removeAll(keepingCapacity: true)
  }
}
