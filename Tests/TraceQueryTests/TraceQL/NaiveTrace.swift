import TraceModel
import TraceQuery

/// TraceQL as plainly as it can be said, over whole spans, to compare the real evaluation with. It shares the names of the
/// language with it and nothing else.
struct NaiveTrace {
  final class Node {
    let row: Int
    let span: TraceModel.Span
    var parent: Node?
    var children: [Node] = []
    var isOrphan = false
    var (left, right, nestedParent) = (0, 0, 0)

    init(_ row: Int, _ span: TraceModel.Span) {
      self.row = row
      self.span = span
    }
  }

  indirect enum Value: Hashable {
    case none
    case number(Double)
    case whole(Int64)
    /// A duration in nanoseconds.
    case length(Int64)
    /// UTF-8: texts that only look alike are two.
    case text([UInt8])
    case flag(Bool)
    case word(String)
    case list([Value])
    case oneOf([Value])
    case thing
  }

  let nodes: [Node]
  private let roots: [Node]
  private let all: [TraceModel.Span]

  init(_ spans: [TraceModel.Span]) {
    var nodes: [Node] = []
    for (row, span) in spans.enumerated() where !nodes.contains(where: { $0.span.identity == span.identity }) {
      nodes.append(Node(row, span))
    }
    let order = nodes.sorted {
      ($0.span.start, $1.span.end, $0.span.spanID, $0.span.kind.rawValue)
        < ($1.span.start, $0.span.end, $1.span.spanID, $1.span.kind.rawValue)
    }
    for node in order where !node.span.parentSpanID.isZero {
      node.parent = order.first { $0 !== node && $0.span.spanID == node.span.parentSpanID }
      node.isOrphan = node.parent == nil
    }
    for node in order {
      var (step, steps) = (node.parent, 0)
      while let next = step, next !== node, steps < nodes.count { (step, steps) = (next.parent, steps + 1) }
      if step === node {
        node.parent = nil
        node.isOrphan = true
      }
    }
    for node in order { node.parent?.children.append(node) }
    roots = order.filter { $0.parent == nil && !$0.isOrphan }
    all = spans
    self.nodes = nodes
    var number = 0
    func visit(_ node: Node) {
      number += 1
      node.left = number
      node.nestedParent = node.parent?.left ?? (node.isOrphan ? 0 : -1)
      for child in node.children { visit(child) }
      number += 1
      node.right = number
    }
    for node in roots + order.filter(\.isOrphan) { visit(node) }
  }

  // MARK: Pipelines

  func run(_ pipeline: TraceQLPipeline) -> [[Node]] { run(pipeline, nodes) }

  private func run(_ pipeline: TraceQLPipeline, _ first: [Node]) -> [[Node]] {
    var sets = first.isEmpty ? [] : [first]
    for stage in pipeline.stages {
      switch stage {
      case .select: break
      case .coalesce: sets = sets.isEmpty ? [] : [inOrder(sets.flatMap { $0 })]
      case .spansets(let spansets): sets = sets.map { find(spansets, $0) }.filter { !$0.isEmpty }
      case .scalarFilter(let filter):
        sets = sets.filter { compare(figure(filter.left, $0), filter.comparison, figure(filter.right, $0)) }
      case .by(let expressions):
        sets = sets.flatMap { set -> [[Node]] in
          var groups: [(key: [Value], nodes: [Node])] = []
          for node in set {
            let key = expressions.map { expression -> Value in
              if case .oneOf(let values) = value(expression, node) { values[0] } else { value(expression, node) }
            }
            if let place = groups.firstIndex(where: { $0.key == key }) {
              groups[place].nodes.append(node)
            } else {
              groups.append((key, [node]))
            }
          }
          return groups.map(\.nodes)
        }
      }
    }
    return sets
  }

  private func inOrder(_ some: [Node]) -> [Node] { nodes.filter { node in some.contains { $0 === node } } }

  private func find(_ spansets: TraceQLSpansets, _ set: [Node]) -> [Node] {
    switch spansets {
    case .filter(let expression): return set.filter { isTrue(value(expression, $0)) }
    case .pipeline(let pipeline): return inOrder(run(pipeline, set).flatMap { $0 })
    case .combined(let first, let sign, let second):
      let (left, right) = (find(first, set), find(second, set))
      switch sign {
      case .and: return left.isEmpty || right.isEmpty ? [] : inOrder(left + right)
      case .or: return inOrder(left + right)
      case .relation(let relation, .plain):
        return right.filter { node in left.contains { isRelated(node, relation, $0) } }
      case .relation(let relation, .negated):
        return right.filter { node in !left.contains { isRelated(node, relation, $0) } }
      case .relation(let relation, .union):
        let onRight = right.filter { node in left.contains { isRelated(node, relation, $0) } }
        let onLeft = left.filter { node in right.contains { isRelated($0, relation, node) } }
        return inOrder(onLeft + onRight)
      }
    }
  }

  private func isRelated(_ right: Node, _ relation: TraceQLSpansetOperator.Relation, _ left: Node) -> Bool {
    switch relation {
    case .child: right.parent === left
    case .parent: left.parent === right
    case .descendant: ancestors(right).contains { $0 === left }
    case .ancestor: ancestors(left).contains { $0 === right }
    case .sibling: left !== right && left.parent != nil && left.parent === right.parent
    }
  }

  private func ancestors(_ node: Node) -> [Node] { node.parent.map { [$0] + ancestors($0) } ?? [] }

  private func figure(_ scalar: TraceQLScalar, _ set: [Node]) -> Value {
    switch scalar {
    case .literal(let literal): return value(literal)
    case .binary(let left, let sign, let right): return compute(figure(left, set), sign, figure(right, set))
    case .aggregate(.count): return .whole(Int64(set.count))
    case .aggregate(.sum(let expression)): return sum(numbers(expression, set))
    case .aggregate(.min(let expression)):
      return numbers(expression, set).min { compare($0, .less, $1) } ?? .none
    case .aggregate(.max(let expression)):
      return numbers(expression, set).max { compare($0, .less, $1) } ?? .none
    case .aggregate(.avg(let expression)):
      let values = numbers(expression, set)
      if values.isEmpty { return .none }
      // Durations and nothing else have an average in whole nanoseconds.
      if case .length(let total) = sum(values) { return .length(total / Int64(values.count)) }
      return .number(values.reduce(0) { $0 + double($1) } / Double(values.count))
    }
  }

  private func numbers(_ expression: TraceQLExpression, _ set: [Node]) -> [Value] {
    set.flatMap { members(value(expression, $0)) }.filter {
      switch $0 {
      case .whole, .length: true
      case .number(let number): !number.isNaN
      default: false
      }
    }
  }

  private func sum(_ values: [Value]) -> Value {
    if values.isEmpty { return .none }
    let lengths = values.compactMap { if case .length(let number) = $0 { Int128(number) } else { nil } }
    if lengths.count == values.count, let total = Int64(exactly: lengths.reduce(0, +)) { return .length(total) }
    let wholes = values.compactMap { if case .whole(let number) = $0 { Int128(number) } else { nil } }
    if wholes.count == values.count, let total = Int64(exactly: wholes.reduce(0, +)) { return .whole(total) }
    return .number(values.reduce(0) { $0 + double($1) })
  }

  private func members(_ value: Value) -> [Value] {
    switch value {
    case .list(let values), .oneOf(let values): values.flatMap(members)
    case .none: []
    default: [value]
    }
  }

  private func double(_ value: Value) -> Double {
    switch value {
    case .whole(let number), .length(let number): Double(number)
    case .number(let number): number
    default: .nan
    }
  }

  // MARK: Expressions

  private func isTrue(_ value: Value) -> Bool { members(value).contains(.flag(true)) }

  func value(_ expression: TraceQLExpression, _ node: Node) -> Value {
    switch expression {
    case .literal(let literal): return value(literal)
    case .field(let field): return value(field, node)
    case .and(let members): return .flag(members.allSatisfy { isTrue(value($0, node)) })
    case .or(let members): return .flag(members.contains { isTrue(value($0, node)) })
    case .not(let operand):
      let flags = value(operand, node)
      switch flags {
      case .flag(let flag): return .flag(!flag)
      case .list, .oneOf: return .flag(members(flags).contains(.flag(false)))
      default: return .none
      }
    case .minus(let operand): return compute(.whole(0), .subtract, value(operand, node), isMinus: true)
    case .binary(let left, let sign, let right):
      if right == .literal(.nil) { return .flag((value(left, node) == .none) == (sign == .equal)) }
      if left == .literal(.nil) { return .flag((value(right, node) == .none) == (sign == .equal)) }
      if sign.isComparison { return .flag(compare(value(left, node), sign, value(right, node))) }
      return compute(value(left, node), sign, value(right, node))
    }
  }

  private func text(_ text: String) -> Value { .text(Array(text.utf8)) }

  private func value(_ literal: TraceQLLiteral) -> Value {
    switch literal {
    case .int(let number): .whole(number)
    case .double(let number): .number(number)
    case .string(let text): self.text(text)
    case .bool(let flag): .flag(flag)
    case .duration(let nanoseconds): .length(nanoseconds)
    case .status(let code): .word("status \(code)")
    case .kind(let kind): .word("kind \(kind)")
    case .outcome(let outcome): .word("outcome \(outcome)")
    case .nil: .none
    }
  }

  private func value(_ attribute: AttributeValue?, isInList: Bool = false) -> Value {
    switch attribute {
    case nil: .none
    case .string(let text): self.text(text)
    case .bool(let flag): .flag(flag)
    case .int(let number): .whole(number)
    case .double(let number): .number(number)
    case .array(let values): isInList ? .thing : .list(values.map { value($0, isInList: true) })
    case .empty, .bytes, .keyValueList: .thing
    }
  }

  private func value(_ field: TraceQLField, _ node: Node) -> Value {
    let span = node.span
    switch field {
    case .attribute(.span, let key): return value(span.attributes[key])
    case .attribute(.resource, let key): return value(span.resource.attributes[key])
    case .attribute(.any, let key): return value(span.attributes[key] ?? span.resource.attributes[key])
    case .attribute(.parent, let key): return node.parent.map { value(.attribute(.any, key), $0) } ?? .none
    case .attribute(.parentSpan, let key): return node.parent.map { value(.attribute(.span, key), $0) } ?? .none
    case .attribute(.parentResource, let key):
      return node.parent.map { value(.attribute(.resource, key), $0) } ?? .none
    case .attribute(.event, let key): return oneOf(span.events.map { value($0.attributes[key]) })
    case .attribute(.link, let key): return oneOf(span.links.map { value($0.attributes[key]) })
    case .attribute(.instrumentation, let key): return value(span.scope.attributes[key])
    case .intrinsic(let intrinsic): return value(intrinsic, node)
    }
  }

  private func oneOf(_ values: [Value]) -> Value {
    let present = values.filter { $0 != .none }
    return present.isEmpty ? .none : .oneOf(present)
  }

  private func value(_ intrinsic: TraceQLIntrinsic, _ node: Node) -> Value {
    let span = node.span
    let root = roots.first?.span ?? all.sorted { ($0.start, $1.end) < ($1.start, $0.end) }[0]
    switch intrinsic {
    case .name: return text(span.name)
    case .status: return .word("status \(span.status.code)")
    case .statusMessage: return text(span.status.message)
    case .kind: return .word("kind \(span.kind)")
    case .duration: return .length(Int64(span.duration.nanoseconds))
    case .outcome: return .word(span.status.code == .error ? "outcome fault" : "outcome ok")
    case .spanID: return text("\(span.spanID)")
    case .parentID: return span.parentSpanID.isZero ? .none : text("\(span.parentSpanID)")
    case .parent: return node.parent.map { text("\($0.span.spanID)") } ?? .none
    case .childCount: return .whole(Int64(node.children.count))
    case .nestedSetLeft: return .whole(Int64(node.left))
    case .nestedSetRight: return .whole(Int64(node.right))
    case .nestedSetParent: return .whole(Int64(node.nestedParent))
    case .traceID: return text("\(span.traceID)")
    case .traceDuration:
      let end = all.map(\.end).max() ?? span.end
      return .length(Int64(end.since(all.map(\.start).min() ?? span.start).nanoseconds))
    case .rootName: return text(root.name)
    case .rootServiceName: return root.resource.serviceName.map { text($0) } ?? .none
    case .eventName: return oneOf(span.events.map { text($0.name) })
    case .eventTimeSinceStart: return oneOf(span.events.map { .length(Int64($0.time.since(span.start).nanoseconds)) })
    case .linkTraceID: return oneOf(span.links.map { text("\($0.traceID)") })
    case .linkSpanID: return oneOf(span.links.map { text("\($0.spanID)") })
    case .instrumentationName: return text(span.scope.name)
    case .instrumentationVersion: return text(span.scope.version)
    }
  }

  // MARK: Operators

  private func compare(_ left: Value, _ sign: TraceQLOperator, _ right: Value) -> Bool {
    func isList(_ value: Value) -> Bool {
      switch value {
      case .list, .oneOf: true
      default: false
      }
    }
    if isList(left) && isList(right) { return false }
    if case .oneOf(let values) = left { return values.contains { compare($0, sign, right) } }
    if case .oneOf(let values) = right { return values.contains { compare(left, sign, $0) } }
    let needsAll = sign == .notEqual || sign == .matchesNot
    if case .list(let values) = left {
      return needsAll
        ? !values.isEmpty && values.allSatisfy { compare($0, sign, right) }
        : values.contains { compare($0, sign, right) }
    }
    if case .list(let values) = right {
      return needsAll
        ? !values.isEmpty && values.allSatisfy { compare(left, sign, $0) } : values.contains { compare(left, sign, $0) }
    }
    switch (left, right) {
    case (.text(let left), .text(let right)):
      switch sign {
      case .equal: return left == right
      case .notEqual: return left != right
      case .less: return left.lexicographicallyPrecedes(right)
      case .greater: return right.lexicographicallyPrecedes(left)
      case .lessOrEqual: return !right.lexicographicallyPrecedes(left)
      case .greaterOrEqual: return !left.lexicographicallyPrecedes(right)
      case .matches, .matchesNot:
        // Swift's own, which reads the few patterns of these tests alike.
        guard let pattern = try? Regex(String(decoding: right, as: UTF8.self)).dotMatchesNewlines() else {
          return false
        }
        return (String(decoding: left, as: UTF8.self).wholeMatch(of: pattern) != nil) == (sign == .matches)
      default: return false
      }
    case (.flag(let left), .flag(let right)):
      return sign == .equal ? left == right : sign == .notEqual && left != right
    case (.word(let left), .word(let right)):
      return sign == .equal ? left == right : sign == .notEqual && left != right
    case (.whole, _), (.number, _), (.length, _):
      // 80 bits hold every integer of 64.
      guard let left = wide(left), let right = wide(right) else { return false }
      return ordered(left, sign, right)
    default: return false
    }
  }

  private func wide(_ value: Value) -> Float80? {
    switch value {
    case .whole(let number), .length(let number): Float80(number)
    case .number(let number): Float80(number)
    default: nil
    }
  }

  private func ordered<Number: Comparable>(_ left: Number, _ sign: TraceQLOperator, _ right: Number) -> Bool {
    switch sign {
    case .equal: left == right
    case .notEqual: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    default: false
    }
  }

  private func compute(_ left: Value, _ sign: TraceQLOperator, _ right: Value, isMinus: Bool = false) -> Value {
    switch (left, right) {
    case (.oneOf, .oneOf), (.oneOf, .list), (.list, .oneOf), (.list, .list): return .none
    case (.oneOf(let values), _): return .oneOf(values.map { compute($0, sign, right) })
    case (_, .oneOf(let values)): return .oneOf(values.map { compute(left, sign, $0, isMinus: isMinus) })
    case (.list(let values), _): return .list(values.map { compute($0, sign, right) })
    case (_, .list(let values)): return .list(values.map { compute(left, sign, $0, isMinus: isMinus) })
    case (.whole(let left), .whole(let right)) where sign != .power:
      let wide: Int128
      switch sign {
      case .add: wide = Int128(left) + Int128(right)
      case .subtract: wide = Int128(left) - Int128(right)
      case .multiply: wide = Int128(left) * Int128(right)
      case .divide: if right == 0 { return .none } else { wide = Int128(left) / Int128(right) }
      default: if right == 0 { return .none } else { wide = Int128(left) % Int128(right) }
      }
      return Int64(exactly: wide).map { .whole($0) } ?? .none
    case (_, .length(let number)) where isMinus: return number == .min ? .none : .length(-number)
    case (_, .number(let number)) where isMinus: return .number(-number)
    default:
      guard wide(left) != nil, wide(right) != nil else { return .none }
      return .number(compute(double(left), sign, double(right)))
    }
  }

  private func compute(_ left: Double, _ sign: TraceQLOperator, _ right: Double) -> Double {
    switch sign {
    case .add: left + right
    case .subtract: left - right
    case .multiply: left * right
    case .divide: left / right
    case .remainder: left.truncatingRemainder(dividingBy: right)
    default: power(left, right)
    }
  }
}
