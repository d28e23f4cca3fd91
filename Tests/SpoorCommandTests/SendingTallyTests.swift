import Testing

@testable import SpoorCommand

@Suite struct SendingTallyTests {
  private let http = Destination(.http, host: "h", port: 4318)

  private func summary(
    _ requests: [(SpanInput.Request, SendingResult)], to destination: Destination? = nil, input: SpanInput = SpanInput()
  ) -> String {
    var tally = SendingTally(of: input)
    for (request, result) in requests { tally.add(request, result) }
    return tally.summary(to: destination ?? http)
  }

  @Test func `spans that were counted are told as accepted and rejected`() {
    #expect(
      summary([(.init(bytes: [1], spanCount: 7), .accepted), (.init(bytes: [1], spanCount: 5), .accepted)])
        == "sent 12 spans in 2 requests to http://h:4318: accepted 12, rejected 0")
    #expect(
      summary([(.init(bytes: [1], spanCount: 12), .partlyRejected(spans: 2, reason: "bad\nIDs"))])
        == "sent 12 spans in 1 request to http://h:4318: accepted 10, rejected 2 (bad IDs)")
  }

  @Test func `spans that nobody counted are told as bytes`() {
    #expect(
      summary([(.init(bytes: [1, 2], spanCount: nil), .accepted)])
        == "sent 2 bytes in 1 request to http://h:4318: accepted")
    #expect(
      summary([(.init(bytes: [1, 2], spanCount: nil), .partlyRejected(spans: 1, reason: "bad ID"))])
        == "sent 2 bytes in 1 request to http://h:4318: rejected 1 span (bad ID)")
  }

  @Test func `spans that could not be packed count as rejected`() {
    var input = SpanInput()
    (input.rejectedSpans, input.rejectionMessage) = (3, "bad IDs")
    #expect(
      summary([(.init(bytes: [1], spanCount: 4), .accepted)], input: input)
        == "sent 7 spans in 1 request to http://h:4318: accepted 4, rejected 3 (bad IDs)")
  }

  @Test func `over UDP datagrams are told, and that nobody answers`() {
    #expect(
      summary(
        [(.init(bytes: [1], spanCount: 4), .unacknowledged(datagrams: 3))],
        to: Destination(.udp, host: "h", port: 4319))
        == "sent 4 spans in 3 datagrams to udp://h:4319: UDP has no answers")
  }

  @Test func `what comes from elsewhere stays one line`() {
    #expect("a\nb\u{1B}[31mc\r".asOneLine == "a b [31mc ")
  }
}
