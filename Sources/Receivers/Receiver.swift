/// A listener that is up and hands what it reads to its sink.
package protocol Receiver: Sendable {
  var transport: Transport { get }

  /// Where it listens in fact: with the port that the kernel chose when port 0 was asked for.
  var boundAddress: ListenAddress { get }

  /// Sentences for the log: what the system did not grant, and what to do about it.
  var notices: [String] { get }

  /// Stops accepting and reading, lets payloads that the sink already has be answered, and closes.
  ///
  /// Returns after at most `ReceiverLimits.stopGrace`; answers that come later go nowhere. A second call waits for
  /// the same end.
  func stop() async
}

extension Receiver {
  package var notices: [String] { [] }
}
