import TraceModel

/// When a span ended, as far as figures tell it: a number of minutes (or hours, or days) since 1970, or one of three
/// special periods.
struct Period: RawRepresentable, Hashable {
  /// Fits into 28 bits.
  var rawValue: UInt32

  init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// From the year 2480 on, one and the same.
  init(minuteOf moment: Timestamp) {
    rawValue = min(UInt32(moment.unixNanoseconds / 60_000_000_000), Self.whole.rawValue &- 1)
  }

  /// Impossible times; part of `--all` only.
  static var skewed: Period { Period(rawValue: 1 << 28 - 1) }
  /// Not counted: only there to be found as a parent or child.
  static var context: Period { Period(rawValue: 1 << 28 - 2) }
  /// Where all sound times count alike.
  static var whole: Period { Period(rawValue: 1 << 28 - 3) }

  /// When it begins.
  func start(_ granularity: Granularity) -> Timestamp {
    Timestamp(unixNanoseconds: 0) + Duration(nanoseconds: nanoseconds(rawValue, granularity))
  }

  /// When the next one begins.
  func end(_ granularity: Granularity) -> Timestamp {
    Timestamp(unixNanoseconds: 0) + Duration(nanoseconds: nanoseconds(rawValue + 1, granularity))
  }

  private func nanoseconds(_ count: UInt32, _ granularity: Granularity) -> UInt64 {
    let (product, isOver) = UInt64(count).multipliedReportingOverflow(by: granularity.nanoseconds)
    return isOver ? .max : product
  }

  var isSpecial: Bool { rawValue >= Self.whole.rawValue }
}

/// How long the periods are in which figures are told apart.
enum Granularity: UInt8, CaseIterable {
  case whole = 0
  case minute
  case hour
  case day

  var minutes: UInt32 {
    switch self {
    case .whole: 0
    case .minute: 1
    case .hour: 60
    case .day: 1440
    }
  }

  var nanoseconds: UInt64 { UInt64(minutes) * 60_000_000_000 }

  /// What is told apart when this is too fine.
  var coarser: Granularity? {
    switch self {
    case .minute: .hour
    case .hour: .day
    case .day: .whole
    case .whole: nil
    }
  }

  func isFiner(than other: Granularity) -> Bool {
    self != .whole && (other == .whole || minutes < other.minutes)
  }

  /// The period that this one, of another granularity, lies in.
  /// - Precondition: the other granularity is finer or the same.
  func period(_ period: Period, of other: Granularity) -> Period {
    if period.isSpecial || self == other { return period }
    return self == .whole ? .whole : Period(rawValue: period.rawValue / (minutes / other.minutes))
  }
}
