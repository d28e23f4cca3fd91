import TraceModel

/// What joining looks at besides the rows.
struct SpanFacts {
  /// By party: what a call to it is when a span names it.
  private(set) var subjects: [FigureKey.Subject] = []
  /// By party.
  private(set) var places: [PeerPlace] = []
  /// Whether some span names its peer as a service.
  var namesServices = false
  private var placeTexts: [ExactString: UInt32] = [:]
  var links: LinkTable
  private var factors = [SamplingFactor.one]

  init(_ limits: LinkingLimits) {
    links = LinkTable(max: limits.linksMax)
  }

  /// Notes the next party.
  mutating func append(_ identity: NodeIdentity, _ subject: FigureKey.Subject) {
    subjects.append(subject)
    places.append(
      identity.place { text in
        if text.isEmpty { return 0 }
        let key = ExactString(text: String(text))
        if let known = placeTexts[key] { return known }
        placeTexts[key] = UInt32(placeTexts.count + 1)
        return UInt32(placeTexts.count)
      })
  }

  mutating func number(of factor: SamplingFactor) -> UInt8 {
    if let known = factors.firstIndex(of: factor) { return UInt8(known) }
    var factor = factor
    if factors.count >= LinkingLimits.samplingFactorsMax {
      factor = SamplingFactor(parts: 1 << UInt64(63 - factor.parts.leadingZeroBitCount))
      if let known = factors.firstIndex(of: factor) { return UInt8(known) }
    }
    factors.append(factor)
    return UInt8(factors.count - 1)
  }

  /// How many spans a span stands for.
  @inline(__always) func times(_ span: SpanRow) -> UInt32 {
    span.factor == 0 ? 1 : factors[Int(span.factor)].times(span.traceID)
  }

  /// How many messages it takes.
  @inline(__always) func messages(_ span: SpanRow) -> UInt32 {
    span.hasLinks ? UInt32(max(1, links[LinkTable.Source(span)].count)) : 1
  }
}
