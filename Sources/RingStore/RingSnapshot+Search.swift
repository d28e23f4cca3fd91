import TraceModel

/// Tells which rows of a batch match.
package typealias RowCheck = (SpanBatch) throws(CodingError) -> [Int]

extension RingSnapshot {
  /// Spans for which `filter` holds and which ended in the window.
  ///
  /// Blocks that can have no match are not read: first whole segments go, by their times and attribute filter, then blocks,
  /// by their zone maps. With `.newestFirst` a search for a few spans reads few blocks, however large the ring is.
  /// Damage is reported, not thrown.
  /// - Parameters:
  ///   - limit: at least 1.
  ///   - cursor: of an earlier page or match of the same order, to go on there.
  ///   - isAbandoned: asked before each block; true ends the search with what it has found, and a cursor.
  ///   - check: which rows of a batch match, asked about those for which the filter holds, with their details; nil if the
  ///     filter says it all. What it cannot read counts as damage.
  ///   - progress: told now and then which share of the ring, from 0 to 1, has been gone through.
  package func search(
    _ filter: SpanFilter, window: TimeWindow = .all, order: SearchOrder = .newestFirst, limit: Int,
    after cursor: SpanCursor? = nil, isAbandoned: () -> Bool = { false }, check: RowCheck? = nil,
    progress: (Double) -> Void = { _ in }
  ) throws(RingError) -> SearchPage {
    precondition(limit > 0)
    let plan = SearchPlan(filter, window, state.superblock.hashKey)
    var search = SpanSearch(plan, self, order: order, limit: limit, begin: cursor, check)
    let segments = order == .newestFirst ? state.segments.reversed() : state.segments
    for (number, segment) in segments.enumerated() where plan.mayMatch(segment.summary) {
      progress(Double(number) / Double(segments.count))
      try search.look(into: segment, isAbandoned)
      if search.page.next != nil { break }
    }
    return search.page
  }
}

extension RingSnapshot {
  /// Goes through all spans for which `filter` holds and which ended in the window, the newest segments and blocks first, and
  /// reads no others. Damage is reported, not thrown.
  /// - Parameters:
  ///   - hasDetails: without them batches are for figures, and come for less.
  ///   - isAbandoned, check, progress: as in `search`.
  ///   - visit: gets a block, or some of its rows, and which of these match; false ends the walk.
  /// - Returns: a page without matches.
  package func visit(
    _ filter: SpanFilter, window: TimeWindow = .all, hasDetails: Bool, isAbandoned: () -> Bool = { false },
    check: RowCheck? = nil, progress: (Double) -> Void = { _ in },
    _ visit: @escaping (_ batch: SpanBatch, _ rows: [Int]) throws(CodingError) -> Bool
  ) throws(RingError) -> SearchPage {
    let plan = SearchPlan(filter, window, state.superblock.hashKey)
    var search = SpanSearch(plan, self, order: .newestFirst, limit: .max, begin: nil, check)
    let segments = state.segments.reversed()
    for (number, segment) in segments.enumerated() where plan.mayMatch(segment.summary) {
      progress(Double(number) / Double(segments.count))
      try search.look(into: segment, isAbandoned, SpanSearch.Visit(hasDetails: hasDetails, rows: visit))
      if search.page.isCut { break }
    }
    return search.page
  }
}

/// A walk through the segments of a snapshot for spans that match.
private struct SpanSearch {
  /// Who wants batches of rows instead of a page of matches.
  struct Visit {
    let hasDetails: Bool
    let rows: (SpanBatch, [Int]) throws(CodingError) -> Bool
  }

  private let plan: SearchPlan
  private let snapshot: RingSnapshot
  private let order: SearchOrder
  private let limit: Int
  private let begin: SpanCursor?
  private let check: RowCheck?
  private var blocks: BlockSearch
  private(set) var page = SearchPage()

  init(
    _ plan: SearchPlan, _ snapshot: RingSnapshot, order: SearchOrder, limit: Int, begin: SpanCursor?,
    _ check: RowCheck?
  ) {
    self.plan = plan
    self.snapshot = snapshot
    self.order = order
    self.limit = limit
    self.begin = begin
    self.check = check
    blocks = BlockSearch(plan)
  }

  mutating func look(
    into segment: Segment, _ isAbandoned: () -> Bool, _ visit: Visit? = nil
  ) throws(RingError) {
    if let begin, order == .newestFirst ? segment.number > begin.segment : segment.number < begin.segment { return }
    if isAbandoned() {
      page.isCut = true
      page.next = beginning(of: segment.number)
      return
    }
    do throws(RingError) {
      let reader = try snapshot.reader(of: segment)
      for block in try candidates(in: segment, reader) where !isBehind(block.offset, in: segment.number) {
        let isFull = page.matches.count >= limit
        if isFull || isAbandoned() {
          page.isCut = !isFull
          page.next = beginning(of: segment.number, at: block.offset)
          return
        }
        try look(into: block, of: segment.number, reader, visit)
        if page.next != nil { return }
      }
    } catch {
      guard error.isMissingFile else { throw error }
      page.isPartial = true
    }
  }

  /// The blocks that may have a match, in the order of the search.
  private mutating func candidates(in segment: Segment, _ reader: SlotReader) throws(RingError) -> [BlockDescriptor] {
    var candidates: [BlockDescriptor] = []
    if let blocks = segment.blocks {
      candidates = blocks.all.filter { plan.mayMatch($0) }
      page.skippedBlocks += blocks.count - candidates.count
    } else if case .sealed(let footer, _) = segment.content {
      let answers = try answers(segment, footer, reader)
      let blockCount = Int(segment.summary.blockCount)
      if !plan.mayMatch(tokens: { token in answers[token]?.maySegmentHave ?? true }) {
        page.skippedBlocks += blockCount
        return []
      }
      let directory = try directory(of: segment)
      for (number, block) in directory.enumerated()
      where plan.mayMatch(block, { token in answers[token]?.mayBlockHave(number) ?? true }) {
        candidates.append(block)
      }
      page.skippedBlocks += directory.count - candidates.count
    }
    return order == .newestFirst ? candidates.reversed() : candidates
  }

  /// What the segment's filter says of each token that matches may need; nothing where there is no filter to read.
  private mutating func answers(
    _ segment: Segment, _ footer: Footer, _ reader: SlotReader
  ) throws(RingError) -> [UInt32: AttributeFilter.Answers] {
    var answers: [UInt32: AttributeFilter.Answers] = [:]
    do throws(RingError) {
      for token in plan.tokens {
        guard
          let answer = try reader.attributeAnswers(
            token, in: footer, blockCount: Int(segment.summary.blockCount), segment: segment.number)
        else { return [:] }
        answers[token] = answer
      }
    } catch {
      guard case .damaged(let damage) = error else { throw error }
      if try !reader.isGone(segment.number) { page.damage.append(damage) }
      return [:]
    }
    return answers
  }

  private mutating func directory(of segment: Segment) throws(RingError) -> [BlockDescriptor] {
    do throws(RingError) {
      guard let directory = try snapshot.directory(of: segment) else {
        page.isPartial = true
        return []
      }
      return directory
    } catch {
      guard case .damaged(let damage) = error else { throw error }
      page.damage.append(damage)
      page.isPartial = true
      return []
    }
  }

  private mutating func look(
    into descriptor: BlockDescriptor, of segment: UInt64, _ reader: SlotReader, _ visit: Visit?
  ) throws(RingError) {
    page.readBlocks += 1
    do throws(RingError) {
      let block = try BlockReader(reader, at: descriptor.offset, segment: segment)
      var rows = try blocks.rows(of: block, descriptor)
      if let begin, begin.segment == segment, begin.offset == descriptor.offset {
        rows.removeAll { order == .newestFirst ? $0 > begin.row : $0 < begin.row }
      }
      if !rows.isEmpty, let check { rows = try checked(rows, of: block, check) }
      if let visit {
        if !rows.isEmpty { try hand(rows, of: block, at: descriptor.offset, in: segment, to: visit) }
        return
      }
      let room = limit - page.matches.count
      if rows.count > room {
        let next = order == .newestFirst ? rows[rows.count - 1 - room] : rows[room]
        page.next = SpanCursor(segment: segment, offset: descriptor.offset, row: next)
        rows = order == .newestFirst ? rows.suffix(room) : Array(rows.prefix(room))
      }
      if !rows.isEmpty { try add(rows, of: block, at: descriptor.offset, in: segment) }
    } catch {
      guard case .damaged(let damage) = error else { throw error }
      page.isPartial = true
      if try !reader.isGone(segment) { page.damage.append(damage) }
    }
  }

  private mutating func hand(
    _ rows: [Int], of block: BlockReader, at offset: UInt64, in segment: UInt64, to visit: Visit
  ) throws(RingError) {
    let isWhole = rows.count > Int(block.header.spanCount) / 8
    let wanted = isWhole ? nil : rows
    let batch = visit.hasDetails ? try block.spans(rows: wanted) : try block.links(rows: wanted)
    do throws(CodingError) {
      guard try visit.rows(batch, isWhole ? rows : Array(rows.indices)) else {
        page.isCut = true
        page.next = SpanCursor(segment: segment, offset: offset, row: 0)
        return
      }
    } catch {
      throw block.damaged(error)
    }
  }

  private func checked(_ rows: [Int], of block: BlockReader, _ check: RowCheck) throws(RingError) -> [Int] {
    let isWhole = rows.count > Int(block.header.spanCount) / 8
    let batch = try block.spans(rows: isWhole ? nil : rows)
    do throws(CodingError) {
      let found = try check(batch)
      guard isWhole else { return found.map { rows[$0] } }
      let wanted = Set(rows)
      return found.filter(wanted.contains)
    } catch {
      throw block.damaged(error)
    }
  }

  private mutating func add(
    _ rows: [Int], of block: BlockReader, at offset: UInt64, in segment: UInt64
  ) throws(RingError) {
    let batch = try block.links(rows: rows)
    let found = rows.indices.map { position in
      let resource = batch.resource(at: position)
      return SpanMatch(
        traceID: batch.traceIDs[position], spanID: batch.spanIDs[position], service: resource.serviceName,
        serviceNamespace: resource.serviceNamespace, name: batch.name(at: position), kind: batch.kinds[position],
        status: batch.statusCodes[position], start: batch.starts[position], duration: batch.duration(at: position),
        cursor: SpanCursor(segment: segment, offset: offset, row: rows[position]))
    }
    page.matches += order == .newestFirst ? found.reversed() : found
  }

  // MARK: Where the search stands

  /// Whether an earlier page has been behind this block already.
  private func isBehind(_ offset: UInt64, in segment: UInt64) -> Bool {
    guard let begin, begin.segment == segment else { return false }
    return order == .newestFirst ? offset > begin.offset : offset < begin.offset
  }

  private func beginning(of segment: UInt64, at offset: UInt64? = nil) -> SpanCursor {
    order == .newestFirst
      ? SpanCursor(segment: segment, offset: offset ?? .max, row: SpanCursor.rowMax)
      : SpanCursor(segment: segment, offset: offset ?? 0, row: 0)
  }
}

extension RingSnapshot {
  /// When the first of the spans started that could be meant by "all"; nil for an empty ring. Blocks with spans that claim to
  /// have begun more than a day before the earliest end are not believed.
  package var earliestStart: Timestamp? {
    guard let end = retention.earliestEnd else { return nil }
    let least = end - .seconds(86_400)
    var earliest = end
    for segment in state.segments {
      var blocks: [BlockDescriptor] = []
      // What cannot be listed cannot be counted either.
      do { blocks = try directory(of: segment) ?? [] } catch {}
      for block in blocks where block.zone.earliestStart >= least && block.zone.earliestStart < earliest {
        earliest = block.zone.earliestStart
      }
    }
    return earliest
  }
}
