import TraceModel

/// What finds the texts and numbers of details as a `DetailWalk` comes by.
protocol DetailVisitor: ~Copyable {
  /// The cursor stands at a text; the visitor moves it behind.
  /// - Parameter place: which attribute of which shape it is the value of, as a number of its own; nil if of none.
  mutating func text(_ cursor: inout ByteCursor, at place: Int?)
  /// The value of the span's attribute at `place`, as it stands there in zigzag.
  mutating func integer(_ zigzag: UInt64, at place: Int)
  /// The value of a span's attribute.
  mutating func double(_ number: Double)
  /// The cursor stands at an attribute of the span that is a list; the visitor moves it behind.
  mutating func list(_ cursor: inout ByteCursor)
}

extension DetailVisitor where Self: ~Copyable {
  @inline(__always) mutating func list(_ cursor: inout ByteCursor) { cursor.skip(cursor.varint()) }
}

/// Goes through details, in memory or in a block, which differ only in their texts. Reads what `SpanDetails` describes,
/// believes nothing of it, and does not recurse: nested values say how long they are.
struct DetailWalk {
  /// The types of all shapes, one shape behind the other.
  private var types: [AttributeType] = []
  private var ends: [Int] = []

  /// Goes through the bytes of a shape, to know rows of it. Shapes come in the order of their positions.
  mutating func shape(_ cursor: inout ByteCursor, _ visitor: inout (some DetailVisitor & ~Copyable)) {
    while !cursor.isAtEnd {
      guard let type = AttributeType(rawValue: cursor.byte()) else { return cursor.fail() }
      types.append(type)
      visitor.text(&cursor, at: nil)
    }
    ends.append(types.count)
  }

  /// Goes through the row that the cursor has been let into. The cursor is unsound afterwards if that is not a row.
  /// - Precondition: as many shapes have been gone through.
  @inline(__always)
  func row(_ shape: Int, _ cursor: inout ByteCursor, _ visitor: inout (some DetailVisitor & ~Copyable)) {
    // A copy, whose address nobody is given, so that it is kept in registers.
    var here = cursor
    for position in (shape == 0 ? 0 : ends[shape - 1])..<ends[shape] {
      switch types[position] {
      case .string: visitor.text(&here, at: position)
      case .int: visitor.integer(here.varint(), at: position)
      case .double: visitor.double(Double(bitPattern: here.word()))
      case .array: visitor.list(&here)
      case let type: Self.skip(type, &here)
      }
    }
    cursor = here
    if !cursor.isAtEnd { rest(&cursor, &visitor) }
  }

  private func rest(_ cursor: inout ByteCursor, _ visitor: inout (some DetailVisitor & ~Copyable)) {
    visitor.text(&cursor, at: nil)
    visitor.text(&cursor, at: nil)
    for _ in 0..<3 { _ = cursor.varint() }
    var count = cursor.varint()
    while count > 0 && cursor.isSound {
      _ = cursor.varint()
      visitor.text(&cursor, at: nil)
      attributes(&cursor, &visitor)
      _ = cursor.varint()
      count -= 1
    }
    count = cursor.varint()
    while count > 0 && cursor.isSound {
      cursor.skip(24)
      visitor.text(&cursor, at: nil)
      attributes(&cursor, &visitor)
      _ = cursor.varint()
      _ = cursor.varint()
      count -= 1
    }
    if !cursor.isAtEnd { cursor.fail() }
  }

  private func attributes(_ cursor: inout ByteCursor, _ visitor: inout (some DetailVisitor & ~Copyable)) {
    var count = cursor.varint()
    while count > 0 && cursor.isSound {
      guard let type = AttributeType(rawValue: cursor.byte()) else { return cursor.fail() }
      visitor.text(&cursor, at: nil)
      if type == .string { visitor.text(&cursor, at: nil) } else { Self.skip(type, &cursor) }
      count -= 1
    }
  }

  @inline(__always) private static func skip(_ type: AttributeType, _ cursor: inout ByteCursor) {
    switch type {
    case .empty: break
    case .bool: cursor.skip(1)
    case .int: _ = cursor.varint()
    case .double: cursor.skip(8)
    case .string, .bytes, .array, .keyValueList: cursor.skip(cursor.varint())
    }
  }
}
