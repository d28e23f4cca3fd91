import TraceModel

extension SlotReader {
  /// The whole filter, to be kept.
  func filter(_ footer: Footer, segment: UInt64) throws(RingError) -> TraceFilter {
    let section = footer.traceFilter
    let offset = section.range.lowerBound
    let content = try bytes(at: offset, count: Int(section.storedByteCount), of: .traceFilter, segment: segment)
    do {
      return try TraceFilter(fromPages: content, segment: segment, at: place(at: offset))
    } catch {
      throw .damaged(damage(.traceFilter, segment: segment, at: offset, "\(error)"))
    }
  }

  /// What the filter says, by one page of it.
  func filterMayContain(
    _ probe: TraceFilter.Probe, in footer: Footer, segment: UInt64
  ) throws(RingError) -> Bool {
    let pageCount = footer.traceFilter.pageCount
    let page = TraceFilter.page(of: probe, pageCount: pageCount)
    let offset = footer.traceFilter.offset(ofPage: page)
    let content = try bytes(at: offset, count: Limits.pageByteCount, of: .traceFilter, segment: segment)
    do {
      return try TraceFilter.page(
        content, of: pageCount, mayContain: probe, segment: segment, at: place(at: offset))
    } catch {
      throw .damaged(damage(.traceFilter, segment: segment, at: offset, "\(error)"))
    }
  }

  /// Where the blocks are that hold a trace of this fingerprint, in the order of writing, from `start` on.
  func blockOffsets(
    of fingerprint: UInt64, from start: UInt64 = 0, in footer: Footer, segment: UInt64
  ) throws(RingError) -> [UInt64] {
    let first = TraceIndex.key(fingerprint, start)
    let pageCount = footer.traceIndex.pageCount
    guard var (number, keys) = try indexPage(holding: first, of: footer.traceIndex, segment: segment) else { return [] }
    var offsets: [UInt64] = []
    while true {
      for key in keys where key >= first {
        guard TraceIndex.fingerprint(key) == TraceIndex.fingerprint(first) else { return offsets }
        offsets.append(TraceIndex.offset(key))
      }
      number += 1
      guard number < pageCount else { return offsets }
      keys = try indexPage(number, of: footer.traceIndex, segment: segment)
    }
  }

  /// The first page with a key that is not below `key`. Looks where the key should be, since keys are spread evenly, then
  /// beside it, then halves what is left: however an index looks, few pages are read.
  private func indexPage(
    holding key: UInt64, of section: Section, segment: UInt64
  ) throws(RingError) -> (number: Int, keys: [UInt64])? {
    var (low, high) = (0, section.pageCount)
    var found: (number: Int, keys: [UInt64])?
    var guess = Int(key.multipliedFullWidth(by: UInt64(section.pageCount)).high)
    var neighboursLeft = 2
    while low < high {
      let keys = try indexPage(guess, of: section, segment: segment)
      let isBelow = keys.last.map { $0 < key } ?? true
      if isBelow {
        low = guess + 1
      } else {
        found = (guess, keys)
        if let first = keys.first, first <= key { return found }
        high = guess
      }
      guess = neighboursLeft > 0 ? (isBelow ? low : high - 1) : (low + high) / 2
      neighboursLeft -= 1
    }
    return found
  }

  private func indexPage(_ number: Int, of section: Section, segment: UInt64) throws(RingError) -> [UInt64] {
    if let known = keptIndexPages?[number] { return known }
    let offset = section.offset(ofPage: number)
    let content = try bytes(at: offset, count: Limits.pageByteCount, of: .traceIndex, segment: segment)
    do {
      let keys = try TraceIndex.keys(ofPage: content[...], segment: segment, at: place(at: offset))
      keptIndexPages?[number] = keys
      return keys
    } catch {
      throw .damaged(damage(.traceIndex, segment: segment, at: offset, "\(error)"))
    }
  }
}
