import Testing

@testable import Receivers

@Suite struct DoorkeeperTests {
  @Test func `a listener that is no receiver is told of by its own name`() {
    let error = ReceiverError.unusableFile("/nowhere/tokens", .api, problem: "there is no such file")
    #expect(throws: error) {
      _ = try Doorkeeper(ListenerSecurity(tokenFile: "/nowhere/tokens"), of: .api) { _ in }
    }
    #expect("\(error)" == "api: cannot use /nowhere/tokens: there is no such file")
  }

  @Test func `without files everybody may enter, in plain text`() throws {
    let keeper = try Doorkeeper(.none, of: .api) { _ in }
    #expect(keeper.tlsContext == nil && keeper.refusal(ofAuthorization: nil) == nil)
  }

  @Test func `a refusal for want of a token says how to bring one, and others do not`() {
    #expect(Refusal.unauthorized(hasToken: false).challenge == "Bearer")
    #expect(Refusal.unauthorized(hasToken: true).challenge == #"Bearer error="invalid_token""#)
    #expect(Refusal.timedOut.challenge == nil)
  }
}
