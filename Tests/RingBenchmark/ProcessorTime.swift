import Glibc

/// Nanoseconds of clocks of which only differences mean anything.
enum ProcessorTime {
  /// What this thread has used of the processor, in the kernel too.
  static var ofThread: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }
  /// What this process has used.
  static var ofProcess: UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) }
  /// The time on the wall.
  static var wall: UInt64 { read(CLOCK_MONOTONIC) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// What a piece of work takes of this thread.
  static func spent<Failure: Error>(_ work: () throws(Failure) -> Void) throws(Failure) -> UInt64 {
    let before = ofThread
    try work()
    return ofThread - before
  }
}
