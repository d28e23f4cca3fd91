import TraceModel

/// The time that tests give the ring.
func noon() -> Timestamp { Timestamp(unixSeconds: 1_700_000_000) }

extension Timestamp {
  static func second(_ number: UInt64) -> Timestamp { Timestamp(unixSeconds: 1_700_000_000 + number) }
}
