import Receivers
import Testing

@Suite struct DescriptionTests {
  @Test func `an error says what to do in one line`() {
    let address = ListenAddress(host: "127.0.0.1", port: 4318)
    #expect(
      ReceiverError.addressInUse(address, .http).description
        == "otlp-http: 127.0.0.1:4318 is in use; stop the other program or choose another with "
        + "--otlp-http HOST:PORT, unix:PATH or off")
    #expect(ReceiverError.permissionDenied(address, .udp).description.contains("--udp HOST:PORT, unix:PATH"))
  }

  @Test func `a refusal quotes what was sent short and printable`() {
    let hostile = "text/\u{1b}[31m\u{0}é" + String(repeating: "x", count: 10_000)
    let sentence = Refusal.unsupportedMediaType(hostile).description
    #expect(sentence.hasPrefix("Content-Type 'text/?[31m??xxx"))
    #expect(sentence.hasSuffix("…' is not accepted; send application/x-protobuf or application/json"))
    #expect(sentence.count < 200)
  }
}
