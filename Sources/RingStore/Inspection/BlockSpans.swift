import TraceModel

/// The means to read the spans of a block that has been told of.
package struct BlockSpans {
  private let block: BlockReader

  init(_ block: BlockReader) {
    self.block = block
  }

  /// None for a note.
  /// - Throws: `.damaged` if they are not what was written, or no longer.
  package func batch() throws(RingError) -> SpanBatch {
    block.header.kind == .spans ? try block.spans() : SpanBatch()
  }
}
