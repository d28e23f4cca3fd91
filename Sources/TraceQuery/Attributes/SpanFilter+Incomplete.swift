import RingStore
import TraceModel

extension SpanFilter {
  /// Of a question that is still being typed, what can be read: `{ resource.service.name = "cart" && name = }` without its
  /// last condition. Holds for all spans where nothing can.
  init(incompleteTraceQL text: String) {
    self.init()
    guard text.utf8.count <= QueryLimits.questionBytesMax else { return }
    if let whole = Self.reading(text) {
      self = whole
      return
    }
    for part in Self.conjuncts(of: text) {
      if let filter = Self.reading("{ \(part) }") { conditions += filter.conditions }
    }
  }

  /// Of the first pair of braces. Where a search cannot tell exactly, the filter holds for more.
  private static func reading(_ text: String) -> SpanFilter? {
    do throws(TraceQLError) {
      let query = try TraceQLQuery(text)
      guard case .spansets(.filter(let expression))? = query.pipeline.stages.first else { return nil }
      return SpanApproximation(expression).filter
    } catch {
      return nil
    }
  }

  /// What stands between the first brace and its end, parted where `&&` stands outside quotes and parentheses.
  private static func conjuncts(of text: String) -> [String] {
    guard let open = text.firstIndex(of: "{") else { return [] }
    var parts = [""]
    var depth = 0
    var quote: Character?
    var isEscaped = false
    for character in text[text.index(after: open)...] {
      if let mark = quote {
        if isEscaped {
          isEscaped = false
        } else if character == "\\", mark == "\"" {
          isEscaped = true
        } else if character == mark {
          quote = nil
        }
      } else {
        switch character {
        case "\"", "`": quote = character
        case "(": depth += 1
        case ")": depth -= 1
        case "}": return parts
        default: break
        }
      }
      parts[parts.count - 1].append(character)
      if quote == nil, depth == 0, parts[parts.count - 1].hasSuffix("&&") {
        parts[parts.count - 1].removeLast(2)
        parts.append("")
      }
    }
    return parts
  }
}
