import RingStore
import TraceModel

/// What a search looks for in the ring to find what a pipeline may hold for: a span that every trace has of which anything
/// is left.
struct SearchNeedle: Hashable {
  private let approximation: SpanApproximation
  /// Set if the pipeline only asks whether spans, each by itself, are such that this holds; then a span is found exactly where it does.
  let predicate: TraceQLExpression?
  /// Set if only one trace can be meant.
  private(set) var traceID: TraceID?

  init(_ filter: SpanFilter) {
    approximation = SpanApproximation(filter)
    predicate = nil
  }

  init(_ pipeline: TraceQLPipeline) {
    if let predicate = pipeline.predicate {
      self.predicate = predicate
      approximation = SpanApproximation(predicate)
    } else {
      predicate = nil
      approximation = Self.approximation(pipeline)
    }
    if case .spansets(.filter(let first)) = pipeline.stages[0] { traceID = first.traceID }
  }

  var filter: SpanFilter { approximation.filter }

  /// Tells for which of the spans that the filter holds for the predicate holds, too; nil if it does for all of them.
  /// - Throws: for a regular expression that is none; those that were read with a question are.
  func check() throws(TraceQLError) -> RowCheck? {
    guard let predicate, !approximation.isExact else { return nil }
    let condition = try TraceQLCondition(predicate)
    return { (batch) throws(CodingError) in try condition.rows(of: batch) }
  }

  private static func approximation(_ pipeline: TraceQLPipeline) -> SpanApproximation {
    var filters: [SpanApproximation] = []
    for stage in pipeline.stages {
      // A filter that follows one takes its spans.
      guard case .spansets(let spansets) = stage else { break }
      guard case .filter(let expression) = spansets else {
        return filters.isEmpty ? approximation(spansets) : .all(filters)
      }
      filters.append(SpanApproximation(expression))
    }
    return .all(filters)
  }

  private static func approximation(_ spansets: TraceQLSpansets) -> SpanApproximation {
    switch spansets {
    case .filter(let expression): return SpanApproximation(expression)
    case .pipeline(let pipeline): return approximation(pipeline)
    case .combined(let left, let sign, let right):
      let (first, second) = (approximation(left), approximation(right))
      switch sign {
      case .or: return .any([first, second])
      case .relation(_, .negated): return second
      case .and, .relation: return first.selectivity > second.selectivity ? first : second
      }
    }
  }
}

extension TraceQLPipeline {
  /// What it asks of spans, each by itself, if it asks nothing else.
  var predicate: TraceQLExpression? {
    var members: [TraceQLExpression] = []
    for stage in stages {
      switch stage {
      case .spansets(.filter(let expression)):
        guard expression.isOfSpanAlone else { return nil }
        members += expression.conjuncts
      case .select(let fields) where fields.allSatisfy(\.isOfSpanAlone): break
      case .coalesce: break
      default: return nil
      }
    }
    return members.count == 1 ? members[0] : members.isEmpty ? .literal(.bool(true)) : .and(members)
  }
}

extension TraceQLExpression {
  /// The trace that it names, if it holds for spans of one alone.
  fileprivate var traceID: TraceID? {
    for case .binary(.field(.intrinsic(.traceID)), .equal, .literal(.string(let text))) in conjuncts {
      return TraceID(hex: text)
    }
    return nil
  }
}

extension TraceQLCondition {
  /// For which of some rows it holds.
  /// - Parameters:
  ///   - trace: of the batch, where it is all spans of one.
  ///   - rows: nil for all.
  func rows(of batch: SpanBatch, _ trace: TraceQLTrace? = nil, among rows: [Int]? = nil) throws(CodingError) -> [Int] {
    let condition = try bound(to: batch, trace)
    var found: [Int] = []
    for row in rows ?? Array(0..<batch.count) where try condition.holds(row) { found.append(row) }
    return found
  }
}
