import NIOCore

/// Where receivers put what they read. Receivers know transports, not traces: the bytes of every answer come from here.
///
/// All methods are called on the threads and event loops that read from sockets, several at a time, and must not block.
package protocol PayloadSink: Sendable {
  /// What receivers charge with payloads that are still arriving, and the sink with those it has taken.
  var budget: ByteBudget { get }

  /// Takes one whole payload, which may be empty: an empty ExportTraceServiceRequest has no bytes.
  ///
  /// `answer` is to be called exactly once, from any thread, possibly before this returns; later calls are ignored. A
  /// datagram's answer goes nowhere, but is to be given all the same. `payload` may share memory with a receive
  /// buffer: decode it before returning, or copy what is kept.
  func receive(
    _ payload: ByteBuffer, as encoding: PayloadEncoding, from transport: Transport,
    answer: @escaping @Sendable (PayloadAnswer) -> Void)

  /// Counts a payload that the receiver itself refused, and says with which body to answer.
  func refuse(_ refusal: Refusal, as encoding: PayloadEncoding, from transport: Transport) -> PayloadAnswer

  /// Counts `count` datagrams that the kernel threw away since the last call because the receive queue was full.
  func kernelDropped(_ count: UInt64, from transport: Transport)
}

extension PayloadSink {
  /// A payload of the encoding that all transports but HTTP have alone.
  package func receive(
    _ payload: ByteBuffer, from transport: Transport, answer: @escaping @Sendable (PayloadAnswer) -> Void
  ) {
    receive(payload, as: .protobuf, from: transport, answer: answer)
  }

  package func refuse(_ refusal: Refusal, from transport: Transport) -> PayloadAnswer {
    refuse(refusal, as: .protobuf, from: transport)
  }
}
