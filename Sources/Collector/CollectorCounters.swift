import Receivers
import TraceModel

/// What became of everything received since the process started. Every span and payload is in exactly one place:
/// `spansReceived = spansStored + spansDuplicate + spansInFlight + the sum of spansLost`, and
/// `payloadsReceived = payloadsDecoded + the sum of payloadsRefused`.
package struct CollectorCounters: Sendable, Equatable {
  package var payloadsReceived: [Transport: UInt64] = [:]
  package var payloadsDecoded: UInt64 = 0
  /// By reason: what was malformed, over a limit, or refused by a receiver.
  package var payloadsRefused: [String: UInt64] = [:]
  package var bytesReceived: UInt64 = 0

  package var spansReceived: UInt64 = 0
  package var spansStored: UInt64 = 0
  /// Spans of requests that were stored already: their sender had no answer and sent them again.
  package var spansDuplicate: UInt64 = 0
  package var spansInFlight: UInt64 = 0
  /// By reason: spans that were rejected for what they are, or could not be stored.
  package var spansLost: [String: UInt64] = [:]
  /// Why spans could not be stored the last time that they could not.
  package var storingProblem: String?
  /// Strings that were not UTF-8 and have been repaired.
  package var stringsRepaired: UInt64 = 0

  /// Datagrams that the kernel dropped before we could read them; not part of `payloadsReceived`.
  package var kernelDrops: [Transport: UInt64] = [:]
  package var commits: UInt64 = 0
  /// How long each commit took, from the first write to the end of the sync.
  package var commitDurations = LatencyHistogram()

  /// Of the byte budget at this moment: what payloads hold that are still arriving, and spans that wait to be stored.
  package var arrivingByteCount: UInt64 = 0
  package var waitingByteCount: UInt64 = 0
  /// How often connections were not read from because too much waited to be stored.
  package var readPauses: UInt64 = 0

  package init() {}
}

extension CollectorCounters {
  /// The counters by name, `name` or `name.reason`, in a fixed order.
  package var named: [(name: String, value: UInt64)] {
    var list: [(name: String, value: UInt64)] = []
    for (transport, count) in payloadsReceived { list.append(("payloads_received.\(transport.rawValue)", count)) }
    for (reason, count) in payloadsRefused { list.append(("payloads_refused.\(reason)", count)) }
    for (reason, count) in spansLost { list.append(("spans_lost.\(reason)", count)) }
    for (transport, count) in kernelDrops { list.append(("kernel_drops.\(transport.rawValue)", count)) }
    list += [
      ("bytes_arriving", arrivingByteCount), ("bytes_waiting", waitingByteCount), ("read_pauses", readPauses),
      ("bytes_received", bytesReceived), ("commits", commits),
      ("payloads_decoded", payloadsDecoded), ("spans_duplicate", spansDuplicate), ("spans_in_flight", spansInFlight),
      ("spans_received", spansReceived),
      ("spans_stored", spansStored), ("strings_repaired", stringsRepaired),
    ]
    return list.sorted { $0.name < $1.name }
  }
}
