import TraceModel

/// What figures are about, in 64 bits. Parties and names are numbers of a `KeyTable`.
///
///     63..60 subject | 59..32 period           | 31..16 source or service | 15..0 target     (edges, services, coverage)
///     63..60 = 7     | 44 skewed | 43..36 kind | 35..34 outcome | 33..17 span name | 16..0 service       (span names)
struct FigureKey: RawRepresentable, Hashable {
  var rawValue: UInt64

  init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The numbers are stored.
  enum Subject: UInt64, CaseIterable {
    case call, database, message, external, user
    /// A call to the service that a peer attribute names, if it turns out to be one; else to an external.
    case named
    /// A service, or the coverage of everything.
    case service
    case spanName
    /// A message that a CLIENT span took. It counts if its service processes none from there, else it was that.
    case received
    /// Not an edge that is drawn, but calls to the source, a node that a span names, which the target answered.
    case replaced
    // Of edges: not calls, but how long something took.
    case queueTime, receivedQueueTime, networkTime
    /// Requests that a service served and that stand for several.
    case estimated

    /// Whether it is about an edge of another subject.
    var isTime: Bool { self == .queueTime || self == .receivedQueueTime || self == .networkTime }

    /// Whether it is about two nodes.
    var hasTarget: Bool { self != .service && self != .spanName && self != .estimated }
  }

  @inline(__always) static func edge(_ subject: Subject, _ source: UInt16, _ target: UInt16, _ period: Period)
    -> FigureKey
  {
    FigureKey(
      rawValue: subject.rawValue << 60 | UInt64(period.rawValue) << 32 | UInt64(source) << 16 | UInt64(target))
  }

  @inline(__always) static func service(_ service: UInt16, _ period: Period) -> FigureKey {
    .edge(.service, service, 0, period)
  }

  @inline(__always) static func coverage(_ period: Period) -> FigureKey { .edge(.service, 0, 1, period) }

  @inline(__always) static func spanName(
    _ service: UInt16, _ name: UInt32, kind: UInt8, outcome: UInt8, isSkewed: Bool
  ) -> FigureKey {
    let what = UInt64(isSkewed ? 1 : 0) << 44 | UInt64(kind) << 36 | UInt64(outcome) << 34
    return FigureKey(rawValue: 7 << 60 | what | UInt64(name) << 17 | UInt64(service))
  }

  // No key is made with a number that is no subject.
  var subject: Subject { Subject(rawValue: rawValue >> 60) ?? .spanName }
  var isSpanName: Bool { rawValue >> 60 == 7 }
  var isCoverage: Bool { subject == .service && target == 1 }
  var isService: Bool { subject == .service && target == 0 }

  var period: Period {
    get {
      if isSpanName { return rawValue >> 44 & 1 == 1 ? .skewed : .whole }
      return Period(rawValue: UInt32(rawValue >> 32 & 0xfff_ffff))
    }
    set {
      if isSpanName {
        rawValue = rawValue & ~(1 << 44) | (newValue == .skewed ? 1 << 44 : 0)
        return
      }
      rawValue = rawValue & ~(0xfff_ffff << 32) | UInt64(newValue.rawValue) << 32
    }
  }

  /// Whether its period is the same over however long periods.
  @inline(__always) var isTimeless: Bool { isSpanName || rawValue >> 32 & 0xfff_ffff >= UInt64(Period.whole.rawValue) }

  /// The same without its time.
  var timeless: FigureKey {
    var key = self
    key.period = .whole
    return key
  }

  var source: UInt16 { UInt16(truncatingIfNeeded: isSpanName ? rawValue : rawValue >> 16) }
  var target: UInt16 { isSpanName ? 0 : UInt16(truncatingIfNeeded: rawValue) }
  var name: UInt32 { UInt32(rawValue >> 17 & 0x1ffff) }
  var outcome: UInt8 { UInt8(rawValue >> 34 & 3) }
  var kind: UInt8 { UInt8(rawValue >> 36 & 0xff) }

  /// The same over the longer period that this one lies in.
  func over(_ coarser: Granularity, insteadOf finer: Granularity) -> FigureKey {
    var key = self
    key.period = coarser.period(period, of: finer)
    return key
  }

  /// The same about others.
  func with(source: UInt16, target: UInt16, name: UInt32) -> FigureKey {
    if isCoverage { return self }
    if isSpanName {
      return .spanName(source, name, kind: kind, outcome: outcome, isSkewed: period == .skewed)
    }
    return .edge(subject, source, subject.hasTarget ? target : 0, period)
  }

  /// Where figures go when there is no room for this key.
  var other: FigureKey {
    let other = KeyTable.other
    if isSpanName {
      return .spanName(other, KeyTable.otherName, kind: kind, outcome: outcome, isSkewed: period == .skewed)
    }
    if isCoverage { return self }
    return .edge(subject, other, subject.hasTarget ? other : 0, period)
  }
}
