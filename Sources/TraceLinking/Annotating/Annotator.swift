import Synchronization
import TraceModel

/// Fills in what linking needs of the attributes: how each span ended, and whom it says it talked to.
///
/// Most spans say what some span before them said. So what the same values of the same shape come to is found out once,
/// and remembered from batch to batch (`AnnotationMemory`).
final class Annotator: Sendable {
  /// As many as threads have annotated at once.
  private let memories = Mutex<[AnnotationMemory]>([])

  /// - Throws: if the batch is not annotated and its attributes cannot be read. Then it stays as it is.
  func annotate(_ batch: inout SpanBatch) throws(CodingError) {
    if batch.isAnnotated { return }
    guard batch.hasDetails else { throw .malformed("question: the batch was read without details") }
    var memory = memories.withLock { $0.popLast() } ?? AnnotationMemory()
    defer { memories.withLock { if $0.count < LinkingLimits.annotationMemoriesMax { $0.append(memory) } } }
    try memory.annotate(&batch)
  }
}
