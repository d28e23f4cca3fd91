import FoundationEssentials
import NIOCore
import NIOPosix
import Testing

@testable import Receivers

@Suite struct XRayTests {
  private static let header = #"{"format":"json","version":1}"# + "\n"

  /// What stands in the datagram, or why nothing does.
  private func unwrap(_ datagram: [UInt8]) -> Result<[UInt8], XRayFault> {
    // In the midst of others, so that a step over the edge would be seen.
    var bytes = [1, 2, 3] + datagram + [4, 5, 6]
    defer { #expect(bytes.prefix(3) == [1, 2, 3] && bytes.suffix(3) == [4, 5, 6]) }
    var span = bytes.mutableSpan
    do throws(XRayFault) {
      let range = try XRayDatagram.unwrap(3..<3 + datagram.count, of: &span)
      return .success(Array(bytes[range]))
    } catch {
      return .failure(error)
    }
  }

  private func unwrap(_ text: String) -> Result<[UInt8], XRayFault> { unwrap(Array(text.utf8)) }

  @Test(arguments: ["T1S", "T1U", "T1"])
  func `sampled and unsampled spans of any length come out as they were`(prefix: String) {
    for count in 1...100 {
      // A request begins with field 1.
      let payload = [10] + (1..<count).map { UInt8(truncatingIfNeeded: $0 * 37) }
      #expect(unwrap(Self.header + prefix + Data(payload).base64EncodedString()) == .success(payload))
    }
  }

  @Test(arguments: [
    #"{"format":"json","version":1}"# + "\r\n", #"{"format": "json", "version": 1}"# + "\n",
    #"{"version":1,"format":"json"}"# + "\n", #" { "format" : "json" , "version" : 1 } "# + "\n\n",
    #"{"format":"json","version":1}"# + "\n \t",
  ])
  func `senders may differ in blanks and in the order of the header`(header: String) {
    #expect(unwrap(header + "T1SCgA=") == .success([10, 0]))
    #expect(unwrap(header + "T1SCgA=\r\n") == .success([10, 0]))
  }

  @Test func `a request without spans is a payload`() {
    #expect(unwrap(Self.header + "T1S") == .success([]))
  }

  @Test(arguments: [
    // As aws-xray-sdk 2.15.0 for Python sends it.
    (Self.header + #"{"name":"web","id":"53995c3f42cd8ad8","start_time":1.5,"in_progress":true}"#, XRayFault.segment),
    (Self.header + "M1CgA=", .notTraces), (Self.header, .notTraces), (Self.header + "T", .notTraces),
    (Self.header + "CgA=", .notTraces), ("", .noHeader), ("\n", .noHeader), ("T1SCgA=", .noHeader),
    (String(Self.header.dropLast()) + "T1SCgA=", .noHeader),
    (#"{"format":"json","version":2}"# + "\nT1SCgA=", .noHeader),
    (String(repeating: " ", count: 70_000), .noHeader), (Self.header + "T1SCgA", .notBase64),
    (Self.header + "T1SCgB=", .notBase64), (Self.header + "T1SC===", .notBase64), (Self.header + "T1S====", .notBase64),
    (Self.header + "T1SCg=A", .notBase64), (Self.header + "T1SCg==Cg==", .notBase64),
    (Self.header + "T1SC-_A", .notBase64),
    (Self.header + "T1SCg\n=", .notBase64), (Self.header + "T1SCgé", .notBase64), (Self.header + "T1T", .notBase64),
  ])
  func `anything else is refused and says why`(datagram: String, fault: XRayFault) {
    #expect(unwrap(datagram) == .failure(fault))
    #expect(Refusal.notOTLPOverXRay(fault).reason == "not_otlp_xray")
    #expect(!fault.description.contains("\n"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `datagrams to the listener are handed over unwrapped, and refusals are counted by reason`() async throws {
    let sink = RecordingSink()
    let receiver = try await UDPReceiver.start(.anywhere, .xray, sink: sink)
    let target = try SocketAddress(ipAddress: "127.0.0.1", port: receiver.boundAddress.port)
    let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let large = [UInt8](repeating: 10, count: 40_000)
    for text in [
      Self.header + "T1SCgA=", Self.header + "{}", Self.header + "T1U" + Data(large).base64EncodedString(), "",
    ] {
      try await channel.writeAndFlush(AddressedEnvelope(remoteAddress: target, data: ByteBuffer(string: text)))
    }
    await sink.waitForArrivals(4)
    try await channel.close()
    await receiver.stop()
    #expect(sink.payloads == [[10, 0], large])
    #expect(Set(sink.refusals) == [.notOTLPOverXRay(.segment), .emptyDatagram])
    #expect(receiver.transport == .xray)
  }
}
