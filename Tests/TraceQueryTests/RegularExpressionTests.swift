import Testing
import TraceQuery

@Suite struct RegularExpressionTests {
  @Test(arguments: [
    ("", "", true), ("", "a", false), ("cart", "cart", true), ("cart", "carts", false), ("cart", "mycart", false),
    ("cart|shop", "shop", true), ("cart|shop", "shops", false), ("(?i)CART", "cart", true), (".*", "", true),
    (".*", "a\nb", true), ("GET /.+", "GET /cart/7", true), ("^cart$", "cart", true), ("ü+", "üü", true),
    ("[[:alpha:]]+\\d{3}", "abc123", true), ("\\x00", "\0", true), ("a.c", "aüc", true), ("a.c", "aüüc", false),
  ])
  func `a pattern matches whole texts`(pattern: String, text: String, matches: Bool) throws {
    let expression = try RegularExpression(pattern)
    #expect(expression.matches(text) == matches)
    #expect(expression.matches(Array(text.utf8)[...]) == matches)
  }

  @Test func `bytes that are no UTF-8 match nothing that asks for characters`() throws {
    #expect(try !RegularExpression(".*").matches([0xff, 0xfe][...]))
  }

  @Test(arguments: [
    ("(", "missing )"), ("a**", "bad repetition operator"), ("[z-a]", "invalid character class range"),
    ("\\1", "invalid escape"),
    ("(?=a)", "invalid perl operator"), ("((a{100}){100}){100}", "invalid repetition size"),
    ("(\\pL{30}){30}", "pattern too large"),
    ("a{1001}", "invalid repetition size"),
  ])
  func `what cannot be matched says why`(pattern: String, part: String) {
    do {
      _ = try RegularExpression(pattern)
      Issue.record("\(pattern) was read")
    } catch {
      #expect("\(error)".contains(part), "\(error)")
    }
  }

  @Test func `a pattern is bounded in bytes, and its parentheses nest without recursion`() {
    #expect(throws: RegularExpressionError.self) { try RegularExpression(String(repeating: "a", count: 5000)) }
    let (open, close) = (String(repeating: "(", count: 2000), String(repeating: ")", count: 2000))
    #expect((try? RegularExpression(open + "a" + close))?.matches("a") != false)
  }

  @Test func `a pattern that explodes elsewhere takes time by the text's length`() throws {
    let expression = try RegularExpression("(a|aa)*(a*)*(x+x+)+y")
    let begin = ContinuousClock.now
    #expect(!expression.matches(String(repeating: "a", count: 20_000) + String(repeating: "x", count: 20_000)))
    #expect(ContinuousClock.now - begin < .seconds(5))
  }
}
