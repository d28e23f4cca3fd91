import TraceModel

extension RingInspection {
  /// Verifies superblock, headers, trailers, directories, block headers and section tables, and the numbers that chain
  /// blocks and segments; `deep`, every section's checksum, and every footer against its blocks, byte for byte.
  ///
  /// On a ring that a collector writes to, what was overwritten while it was looked at is no damage, and counted apart.
  /// - Parameters:
  ///   - fold: makes the figures in footers again; without it only their checksums are verified. It must be of the kind
  ///     that the ring is written with.
  ///   - progress: called after every slot.
  package func check(
    deep: Bool, fold: (any SegmentFold)? = nil, progress: (RingCheck) -> Void = { _ in }
  ) throws(RingError) -> RingCheck {
    var check = RingCheck(ring: facts, isDeep: deep)
    if !isSuperblockWhole {
      check.add(RingFinding(.heals, "superblock", reason: "one of the two copies is damaged"))
    }
    let (image, state) = try image()
    try checkFiles(image, &check)
    try checkRemains(image, state, &check)
    var chain = SequenceChain()
    let segments = state.segments
    let snapshot = RingSnapshot(state, folder)
    for (position, segment) in segments.enumerated() {
      let surroundings = SlotExamination.Surroundings(
        isDeep: deep, isOld: segments.count - position > Limits.youngSegmentCount,
        nextSequence: position + 1 < segments.count ? try firstSequence(of: segments[position + 1]) : nil,
        snapshot: snapshot, fold: fold)
      if let examined = try examine(segment, surroundings) {
        check.blockCount += examined.blockCount
        check.spanCount += examined.spanCount
        check.byteCount += examined.byteCount
        if let gap = chain.follow(segment, examined) { check.add(gap) }
        for finding in examined.findings { check.add(finding) }
      } else {
        check.overwrittenSlots.append(segment.slot)
        chain.interrupt()
      }
      check.slotCount += 1
      progress(check)
    }
    return check
  }

  /// As the header says; nothing if that cannot be read.
  private func firstSequence(of segment: Segment) throws(RingError) -> UInt64? {
    do throws(RingError) {
      guard let header = try reader(segment.slot).header(), header.segment == segment.number, header.isReadable else {
        return nil
      }
      return header.firstSequence
    } catch {
      guard case .io(let cause) = error, cause.isMissing else { throw error }
      return nil
    }
  }

  private func checkFiles(_ image: RingImage, _ check: inout RingCheck) throws(RingError) {
    for slot in image.shortSlots {
      check.add(RingFinding(.heals, "slot file", slot: slot, reason: "shorter than a slot"))
    }
    let (wanted, found) = (Int(superblock.slotCount), image.slots.count)
    if found != wanted {
      check.add(RingFinding(.heals, "slot file", reason: "\(found) slot files where the superblock has \(wanted)"))
    }
    for damage in image.damage where damage.reason == "a second copy" {
      check.add(
        RingFinding(
          .heals, damage.part.rawValue, slot: damage.slot, segment: damage.segment, offset: damage.offset,
          reason: "a second copy of a segment that another slot holds"))
    }
  }

  /// The slots that hold no segment.
  private func checkRemains(
    _ image: RingImage, _ state: RingState, _ check: inout RingCheck
  ) throws(RingError) {
    let taken = Set(state.segments.map(\.slot))
    for slot in image.slots where !taken.contains(slot) {
      check.slotCount += 1
      guard let remains = try remains(of: slot) else { continue }
      switch remains {
      case .nothing, .retired:
        break
      case .tornHeader:
        check.add(
          RingFinding(.heals, "slot header", slot: slot, offset: 0, reason: "torn before any block was written"))
      case .unknown:
        check.add(
          RingFinding(
            .lost, "slot header", slot: slot, offset: 0, reason: "neither header, nor trailer, nor any block is whole",
            loss: RingFinding.Loss()))
      }
    }
  }

  /// Two looks must agree, or a collector is at work; nothing if the slot's file is gone.
  private func remains(of slot: UInt32) throws(RingError) -> SlotRemains? {
    do throws(RingError) {
      let reader = try reader(slot)
      let remains = try SlotRemains(reader)
      let again = try SlotRemains(reader)
      return remains == again ? remains : nil
    } catch {
      guard case .io(let cause) = error, cause.isMissing else { throw error }
      return nil
    }
  }

  /// Nothing if another segment lives in the slot by now.
  private func examine(
    _ segment: Segment, _ surroundings: SlotExamination.Surroundings
  ) throws(RingError) -> SlotExamination? {
    do throws(RingError) {
      let reader = try reader(segment.slot)
      let first = try SlotExamination(reader, segment, surroundings)
      if first.findings.isEmpty { return first }
      let second = try SlotExamination(reader, segment, surroundings)
      // The header is the first to change. One that cannot be read is told of by both looks.
      if let header = try reader.header(), header.segment != segment.number { return nil }
      return first.agreeing(with: second)
    } catch {
      guard case .io(let cause) = error, cause.isMissing else { throw error }
      return nil
    }
  }
}
