import Testing

@testable import Receivers

@Suite struct SecurityTokenTests {
  private let tokens: TokenList

  init() throws {
    tokens = try TokenList(parsing: Array("# rotated in May\nfirst-token\n\n  second/token==\t\r\n#third\n".utf8))
  }

  @Test(arguments: [
    "Bearer first-token", "bearer first-token", "BEARER second/token==", "Bearer   first-token ",
    "bEaReR \tfirst-token",
  ])
  func `any token of the file opens, whatever the case of the scheme`(authorization: String) {
    #expect(tokens.admits(authorization: authorization))
  }

  @Test(arguments: [
    "", "Bearer", "Bearer ", "Bearer  ", "first-token", "Basic first-token", "Bearerfirst-token", "Bearer first-toke",
    "Bearer first-token-", "Bearer first-tokenfirst-token", "Bearer FIRST-TOKEN", "Bearer #third", "Bearer third",
    "Bearer first-token,second/token==", "\u{2}earer first-token", "Bearer # rotated in May", "Bearer \u{e9}",
  ])
  func `nothing else does`(authorization: String) {
    #expect(!tokens.admits(authorization: authorization))
  }

  @Test func `a header as long as headers may be is compared to its end`() {
    #expect(!tokens.admits(authorization: "Bearer " + String(repeating: "first-token", count: 1_400)))
  }

  @Test(
    arguments: [
      ("", .empty), ("\n# none\n", .empty), ("good\ntwo words\n", .noToken(line: 2)),
      ("\u{e9}t\u{e9}\n", .noToken(line: 1)),
      ("good\nnul\u{0}\n", .noToken(line: 2)), (String(repeating: "a\n", count: 257), .tooMany),
    ] as [(String, TokenList.Problem)])
  func `a file that holds anything but tokens says where, not what`(text: String, problem: TokenList.Problem) {
    #expect(throws: problem) { try TokenList(parsing: Array(text.utf8)) }
    #expect(!"\(problem)".contains("words"))
  }

  @Test func `as many tokens as a file may hold are all known`() throws {
    let many = try TokenList(parsing: Array((0..<256).map { "token\($0)\n" }.joined().utf8))
    for number in 0..<256 { #expect(many.admits(authorization: "Bearer token\(number)")) }
  }
}
