/// One answer, taken apart.
struct HTTPAnswerText: Equatable {
  var status = 0
  /// Names in lower case.
  var headers: [String: String] = [:]
  var body = ""

  /// Several answers one behind another, none of them to HEAD.
  static func all(in text: String) throws -> [HTTPAnswerText] {
    var (answers, rest) = ([HTTPAnswerText](), text[...])
    while let end = rest.firstRange(of: "\r\n\r\n") {
      let lines = rest[..<end.lowerBound].split(separator: "\r\n")
      var answer = HTTPAnswerText()
      answer.status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      for line in lines.dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { throw NoAnswer(text: String(line)) }
        answer.headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
      }
      rest = rest[end.upperBound...]
      answer.body = String(rest.utf8.prefix(Int(answer.headers["content-length"] ?? "0") ?? 0)) ?? ""
      rest = rest[rest.utf8.index(rest.startIndex, offsetBy: answer.body.utf8.count)...]
      answers.append(answer)
    }
    guard rest.isEmpty else { throw NoAnswer(text: String(rest)) }
    return answers
  }

  struct NoAnswer: Error {
    var text: String
  }
}
