import TraceModel

/// What a ring held at one moment, with the means to read it. Taking, copying and keeping one costs little and holds
/// nothing back: a slot may be reused while a snapshot still names it, and what is gone is said to be gone.
package struct RingSnapshot: Sendable {
  var state: RingState
  let folder: RingFolder

  init(_ state: RingState, _ folder: RingFolder) {
    self.state = state
    self.folder = folder
  }

  /// Reads a ring that another process may be writing to, or a copy of one on a medium that cannot be written. Takes no
  /// lock. The slot in use is scanned; where its blocks stop being valid is its end.
  package static func reading(_ directory: String, files: any FileSystem) throws(RingError) -> RingSnapshot {
    let folder = RingFolder(directory, files: files)
    guard let (superblock, _) = try folder.superblock() else { throw .notARing(path: directory) }
    var state = RingCore(try RingImage(folder, superblock)).state
    state.dropFilters()
    return RingSnapshot(state, folder)
  }

  package var retention: Retention { state.retention }

  /// What was found damaged when the ring was opened.
  package var damage: [RingDamage] { state.damage }

  /// The blocks that may hold spans that ended in the window, newest last; with `.all` every block. A segment that
  /// cannot be listed is one block that cannot be read.
  package func blocks(overlapping window: TimeWindow) -> [StoredBlock] {
    var blocks: [StoredBlock] = []
    for segment in state.segments {
      guard let times = segment.summary.times, window.overlaps(times.earliestEnd, times.latestEnd) else { continue }
      do throws(RingError) {
        guard let directory = try directory(of: segment) else {
          if let whole = StoredBlock(segment, .overwritten) { blocks.append(whole) }
          continue
        }
        for block in directory where window.overlaps(block.earliestEnd, block.latestEnd) {
          blocks.append(StoredBlock(block, slot: segment.slot, segment: segment.number))
        }
      } catch {
        let location: StoredBlock.Location = error.isMissingFile ? .overwritten : .unreadable(error)
        if let whole = StoredBlock(segment, location) { blocks.append(whole) }
      }
    }
    return blocks
  }

  /// The spans of a block; nil if it has been overwritten meanwhile.
  /// - Throws: `.damaged` if it is still there but not what was written.
  package func read(_ block: StoredBlock) throws(RingError) -> SpanBatch? {
    switch block.location {
    case .overwritten: return nil
    case .unreadable(let error): throw error
    case .block(let slot, let segment, let offset):
      do throws(RingError) {
        let reader = try reader(ofSlot: slot)
        do throws(RingError) {
          return try BlockReader(reader, at: offset, segment: segment).spans()
        } catch {
          guard case .damaged = error, try reader.isGone(segment) else { throw error }
          return nil
        }
      } catch {
        guard error.isMissingFile else { throw error }
        return nil
      }
    }
  }
}

extension RingSnapshot {
  func reader(of segment: Segment) throws(RingError) -> SlotReader { try reader(ofSlot: segment.slot) }

  private func reader(ofSlot slot: UInt32) throws(RingError) -> SlotReader {
    SlotReader(
      file: try folder.openSlot(slot, .read), ring: state.superblock.ring, slot: slot,
      layout: state.superblock.layout, hashKey: state.superblock.hashKey)
  }

  /// By the footer; if that is damaged, by walking through the slot. Nil if another segment lives there by now.
  func directory(of segment: Segment) throws(RingError) -> [BlockDescriptor]? {
    if let blocks = segment.blocks { return Array(blocks.all) }
    guard case .sealed(let footer, _) = segment.content else { return [] }
    let reader = try reader(of: segment)
    do throws(RingError) {
      return try reader.directory(footer, segment: segment.number)
    } catch {
      guard case .damaged = error else { throw error }
      return try scan(segment, reader).map { Array($0.all) }
    }
  }

  /// What a walk through a sealed slot finds; nil if another segment lives there by now.
  func scan(_ segment: Segment, _ reader: SlotReader) throws(RingError) -> BlockList? {
    guard let scan = try SlotScan(reader, header: try reader.header()), scan.found.number == segment.number else {
      return nil
    }
    return scan.blocks
  }
}

extension RingError {
  /// A slot's file is gone: the ring has shrunk.
  var isMissingFile: Bool {
    if case .io(let error) = self { error.isMissing } else { false }
  }
}
