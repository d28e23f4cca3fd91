import TraceModel

extension SlotReader {
  /// What the filter says of a token, by one page of it; nothing if the segment has no filter.
  func attributeAnswers(
    _ token: UInt32, in footer: Footer, blockCount: Int, segment: UInt64
  ) throws(RingError) -> AttributeFilter.Answers? {
    guard let section = footer[.attributeFilter] else { return nil }
    let offset = section.offset(ofPage: AttributeFilter.page(of: token, pageCount: section.pageCount))
    let content = try bytes(at: offset, count: Limits.pageByteCount, of: .attributeFilter, segment: segment)
    do {
      return try AttributeFilter.Answers(
        token: token, page: content[...], blockCount: blockCount, segment: segment, at: place(at: offset))
    } catch {
      throw .damaged(damage(.attributeFilter, segment: segment, at: offset, "\(error)"))
    }
  }
}
