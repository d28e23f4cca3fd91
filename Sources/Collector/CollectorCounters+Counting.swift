import OTLPCodec
import Receivers
import RingStore
import TraceModel

/// Payloads that were read together.
struct Arrival {
  var transport: Transport
  var byteCount: Int
  var payloads: Int
  /// How many of them are malformed.
  var malformed = 0

  init(_ transport: Transport, byteCount: Int, payloads: Int = 1) {
    self.transport = transport
    self.byteCount = byteCount
    self.payloads = payloads
  }
}

extension CollectorCounters {
  mutating func count(_ arrival: Arrival, refused verdict: Verdict) {
    count(arrival)
    payloadsRefused[verdict.reason, default: 0] += UInt64(arrival.payloads)
  }

  /// What waits for its commit from now on.
  mutating func count(_ arrival: Arrival, _ decoded: DecodedRequest) {
    count(arrival)
    if arrival.malformed > 0 { payloadsRefused["malformed", default: 0] += UInt64(arrival.malformed) }
    payloadsDecoded += UInt64(arrival.payloads - arrival.malformed)
    spansReceived += UInt64(decoded.receivedSpans)
    spansInFlight += UInt64(decoded.batch.count)
    stringsRepaired += UInt64(decoded.repairedStrings)
    for (reason, count) in decoded.rejected { spansLost[reason.rawValue, default: 0] += UInt64(count) }
  }

  private mutating func count(_ arrival: Arrival) {
    payloadsReceived[arrival.transport, default: 0] += UInt64(arrival.payloads)
    bytesReceived += UInt64(arrival.byteCount)
  }

  /// What a commit has made of everything that waited for it.
  mutating func count(_ outcome: Result<[Bool], RingError>, of pending: [CommitQueue.Pending], in time: Swift.Duration)
  {
    commits += 1
    let (seconds, attoseconds) = time.components
    commitDurations.record(
      Duration(nanoseconds: UInt64(clamping: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)))
    let spans = pending.reduce(0) { $0 + UInt64($1.request.batch.count) }
    spansInFlight -= spans
    switch outcome {
    case .success(let isRepeated):
      let duplicates = zip(pending, isRepeated).reduce(0) { $0 + ($1.1 ? UInt64($1.0.request.batch.count) : 0) }
      spansStored += spans - duplicates
      spansDuplicate += duplicates
    case .failure(let error):
      spansLost["not_stored", default: 0] += spans
      storingProblem = error.description
    }
  }
}
