import TraceModel

/// Asks about the same few attributes of many rows, where they lie in a block: nothing else is decoded, and a text that the
/// block stores once is looked at once.
struct AttributeProbe {
  struct Question {
    let key: String
    let test: ValueTest
  }

  /// What came out of one question for a row.
  enum Verdict: UInt8 {
    /// The row has no such attribute.
    case isMissing
    case fails
    case passes
  }

  /// What becomes of the attribute at one place of a shape.
  private struct Step {
    let type: AttributeType
    /// The questions about it, of `order`.
    let questions: Range<Int>
  }

  private let questions: [Question]
  /// The numbers of the questions, those about one key one behind the other.
  private let order: [Int]
  private let groups: [(key: String, questions: Range<Int>)]

  init(_ questions: [Question]) {
    self.questions = questions
    var (order, groups): ([Int], [(key: String, questions: Range<Int>)]) = ([], [])
    for (number, question) in questions.enumerated()
    where !groups.contains(where: { $0.key.hasSameBytes(as: question.key) }) {
      let begin = order.count
      order += questions.indices.filter { $0 >= number && questions[$0].key.hasSameBytes(as: question.key) }
      groups.append((question.key, begin..<order.count))
    }
    (self.order, self.groups) = (order, groups)
  }

  /// By question, then by row.
  /// - Parameters:
  ///   - shapes: those of `details`, with nothing but whole texts in them.
  ///   - rows: positions in `details.shapeIndices`.
  func verdicts(
    _ details: StoredDetails, shapes: [AttributeShape], _ dictionary: TextDictionary, rows: [Int]
  ) throws(CodingError) -> [[Verdict]] {
    let steps = shapes.map(steps)
    var verdicts = [[Verdict]](
      repeating: [Verdict](repeating: .isMissing, count: rows.count), count: questions.count)
    // What is known of the texts that the block stores once, by question.
    var known = [[Verdict]](
      repeating: [Verdict](repeating: .isMissing, count: dictionary.wholeCount), count: questions.count)
    var scratch: [UInt8] = []
    let (stored, texts) = (details.rows.bytes, dictionary.texts.bytes)
    let isSound = unsafe stored.withUnsafeBytes { buffer in
      var cursor = unsafe ByteCursor(buffer)
      for (position, row) in rows.enumerated() {
        let steps = steps[Int(details.shapeIndices[row])]
        if steps.isEmpty { continue }
        guard let range = details.range(ofRow: row) else { return false }
        cursor.enter(range)
        for step in steps {
          if step.questions.isEmpty {
            Self.skip(step.type, &cursor, dictionary)
            continue
          }
          guard step.type == .string else {
            guard let value = Self.value(step.type, &cursor, stored) else { return false }
            for place in step.questions {
              let number = order[place]
              verdicts[number][position] = questions[number].test.other(value) ? .passes : .fails
            }
            continue
          }
          let number = cursor.varint()
          if number & 1 == 0 {
            let begin = stored.startIndex + cursor.offset
            cursor.skip(number / 2)
            guard cursor.isSound else { return false }
            let text = stored[begin..<stored.startIndex + cursor.offset]
            for place in step.questions {
              let number = order[place]
              verdicts[number][position] = questions[number].test.text(text) ? .passes : .fails
            }
            continue
          }
          guard number / 2 < UInt64(dictionary.texts.count),
            let range = dictionary.texts.range(of: Int(number / 2))
          else { return false }
          let text = texts[texts.startIndex + range.lowerBound..<texts.startIndex + range.upperBound]
          let entry = Int(number / 2)
          if entry < dictionary.wholeCount {
            for place in step.questions {
              let number = order[place]
              if known[number][entry] == .isMissing {
                known[number][entry] = questions[number].test.text(text) ? .passes : .fails
              }
              verdicts[number][position] = known[number][entry]
            }
            continue
          }
          let restByteCount = cursor.varint()
          let begin = stored.startIndex + cursor.offset
          cursor.skip(restByteCount)
          guard cursor.isSound else { return false }
          scratch.removeAll(keepingCapacity: true)
          scratch.append(contentsOf: text)
          scratch.append(contentsOf: stored[begin..<stored.startIndex + cursor.offset])
          for place in step.questions {
            let number = order[place]
            verdicts[number][position] = questions[number].test.text(scratch[...]) ? .passes : .fails
          }
        }
        guard cursor.isSound else { return false }
      }
      return true
    }
    guard isSound else { throw .malformed("details") }
    return verdicts
  }

  /// Up to the last attribute that is asked about.
  private func steps(of shape: AttributeShape) -> [Step] {
    var found = [Range<Int>](repeating: 0..<0, count: shape.keys.count)
    var count = 0
    for group in groups {
      guard let position = shape.keys.firstIndex(where: { $0.hasSameBytes(as: group.key) }) else { continue }
      found[position] = group.questions
      count = max(count, position + 1)
    }
    return (0..<count).map { Step(type: shape.types[$0], questions: found[$0]) }
  }

  @inline(__always)
  private static func skip(_ type: AttributeType, _ cursor: inout ByteCursor, _ dictionary: TextDictionary) {
    switch type {
    case .empty: break
    case .bool: cursor.skip(1)
    case .int: _ = cursor.varint()
    case .double: cursor.skip(8)
    case .bytes, .array, .keyValueList: cursor.skip(cursor.varint())
    case .string:
      let number = cursor.varint()
      if number & 1 == 0 { return cursor.skip(number / 2) }
      if number / 2 >= UInt64(dictionary.wholeCount) { cursor.skip(cursor.varint()) }
    }
  }

  /// A value that is no text; nil if there is none.
  @inline(__always)
  private static func value(
    _ type: AttributeType, _ cursor: inout ByteCursor, _ stored: ArraySlice<UInt8>
  ) -> AttributeValue? {
    switch type {
    case .int:
      let zigzag = cursor.varint()
      return cursor.isSound ? .int(Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)) : nil
    case .double:
      let bits = cursor.word()
      return cursor.isSound ? .double(Double(bitPattern: bits)) : nil
    default:
      let begin = cursor.offset
      switch type {
      case .bool: cursor.skip(1)
      case .empty: break
      default: cursor.skip(cursor.varint())
      }
      guard cursor.isSound else { return nil }
      var reader = ByteReader(stored[stored.startIndex + begin..<stored.startIndex + cursor.offset])
      do { return try AttributeValue(type, from: &reader) } catch { return nil }
    }
  }
}
