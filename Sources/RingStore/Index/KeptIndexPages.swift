import Synchronization

/// Pages of one segment's trace index that have been read and checked, for whoever asks for trace after trace.
final class KeptIndexPages: Sendable {
  private let pages = Mutex<[Int: [UInt64]]>([:])

  subscript(number: Int) -> [UInt64]? {
    get { pages.withLock { $0[number] } }
    set {
      pages.withLock { pages in
        if pages.count >= Limits.keptIndexPagesMax { pages.removeAll() }
        pages[number] = newValue
      }
    }
  }
}
