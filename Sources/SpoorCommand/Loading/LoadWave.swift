import TraceModel

/// The requests that are sent over and over, in the order in which their last spans end.
struct LoadWave: Sendable {
  let requests: [LoadRequest]
  /// Spans of all requests.
  let spanCount: Int
  /// From the wave's beginning to the end of its last request.
  let length: Duration

  /// - Parameter rate: spans a second; nil for as many as go.
  init(
    _ shape: LoadShape, rate: Double?, spanCountMin: Int = LoadLimits.waveSpanCountMin
  ) throws(CommandFailure) {
    // Four full requests of each service, so that those left over at the end, which are not full, are few.
    let aimed = max(spanCountMin, shape.services * shape.batch * 4)
    let begin = Timestamp(unixNanoseconds: 1_000_000_000_000_000_000)
    let pause = Double(shape.spansPerTrace) / (rate ?? LoadLimits.spansPerSecondUnbounded) * 1e9
    var traffic = LoadTraffic(shape)
    var waiting = [[Span]](repeating: [], count: shape.services)
    var (requests, made, byteCount) = ([LoadRequest](), 0, 0)
    func flush(_ service: Int) throws(CommandFailure) {
      let request = LoadRequest(waiting[service], since: begin)
      waiting[service].removeAll(keepingCapacity: true)
      requests.append(request)
      byteCount += request.byteCount
      guard byteCount <= LoadLimits.waveByteCountMax else {
        throw CommandFailure(
          message: "the requests of one wave take more than \(LoadLimits.waveByteCountMax >> 20) MiB; lower "
            + "--services, --batch or --attributes", exitCode: 2)
      }
    }
    var number = 0
    while made < aimed {
      for (service, span) in traffic.trace(startingAt: begin + Duration(nanoseconds: UInt64(Double(number) * pause))) {
        waiting[service].append(span)
        made += 1
        if waiting[service].count == shape.batch { try flush(service) }
      }
      number += 1
    }
    for service in waiting.indices where !waiting[service].isEmpty { try flush(service) }
    self.requests = requests
    spanCount = made
    length = Duration(nanoseconds: UInt64(Double(number) * pause))
  }
}
