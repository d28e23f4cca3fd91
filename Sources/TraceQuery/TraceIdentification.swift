import TraceModel

/// Which trace a reference means.
package enum TraceIdentification: Hashable, Sendable {
  case trace(TraceID)
  /// The only one that begins so among what arrived since then; what arrived earlier could not be looked through in time.
  case likely(TraceID, since: Timestamp)
  case none(TraceAbsence)
}

/// Why no trace can be given for a reference: a sentence that says what to do.
package enum TraceAbsence: Error, Hashable, Sendable {
  /// The ring has no span of it, or none that can be read.
  case unknown(TraceReference, oldestArrival: Timestamp?, isPartial: Bool)
  /// Several traces begin so: the newest of them, and whether there are more.
  case ambiguous(TraceReference, [TraceID], hasMore: Bool)
  /// None of what arrived since then begins so; what arrived earlier could not be looked through in time.
  case outOfTime(TraceReference, since: Timestamp?, oldestArrival: Timestamp?)
}

extension TraceAbsence: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknown(let reference, nil, _): "trace \(reference) is not in the ring, which is empty"
    case .unknown(let reference, let oldest?, let isPartial):
      (reference.beginnings == nil
        ? "trace \(reference) is not in the ring" : "no trace in the ring begins with \(reference)")
        + "; the oldest span that it retains arrived at \(oldest)"
        + (isPartial ? "; part of the ring is damaged or has just been overwritten, and may have held it" : "")
        + (reference.isTooShortToBegin
          ? "; by the beginning of an ID traces are found with \(QueryLimits.shortenedIDDigitsMin) digits or more" : "")
    case .ambiguous(let reference, let ids, let hasMore):
      "\(hasMore ? "more than \(ids.count)" : "\(ids.count)") traces begin with \(reference): "
        + ids.map(\.description).joined(separator: ", ") + (hasMore ? ", …" : "") + "; give more digits"
    case .outOfTime(let reference, let since, let oldest):
      "no trace that arrived since \(since?.description ?? "now") begins with \(reference); what arrived before"
        + (oldest.map { ", from \($0) on," } ?? "")
        + " could not be looked through in \(QueryLimits.shortenedIDSeconds) s: give all 32 digits, which are found at once"
    }
  }
}

extension TraceIdentification {
  /// What to say beside the answer; nil where nothing is in doubt.
  package var note: String? {
    guard case .likely(let id, let since) = self else { return nil }
    return "trace \(id) is the only one with this beginning among what arrived since \(since); "
      + "what arrived before could not be looked through in \(QueryLimits.shortenedIDSeconds) s"
  }
}
