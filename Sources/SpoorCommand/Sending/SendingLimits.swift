import NIOCore

/// Every bound of what sends.
enum SendingLimits {
  /// The longest answer body in bytes, which is read whole; a picture of a large map is a few MiB. Past it the request
  /// fails with `answerTooLarge`.
  static let answerByteCountMax = 256 << 20

  /// The longest answer to one TCP frame in bytes: counts and a sentence. Past it the connection is not one of ours
  /// and closes.
  static let answerFrameByteCountMax = 1 << 20

  /// Kept connections to one server. One more than this that becomes idle is closed.
  static let idleConnectionsMax = 8

  /// From the beginning of a request to the end of its answer, connecting included: OTLP's default for exporters.
  static let timeout = TimeAmount.seconds(10)

  /// How often one request is sent in all before its sender gives up.
  static let attemptsMax = 5

  /// The pause before the second attempt, when the server names none; it doubles with each. Four pauses are 1.5 s.
  static let pauseFirst = TimeAmount.milliseconds(100)

  /// The longest pause. Where a server wants a longer one its answer is an error at once: a person waits.
  static let pauseMax = TimeAmount.seconds(30)

  /// What a datagram may carry over IPv4 in bytes. A span that needs more cannot be sent over UDP.
  static let datagramByteCountMax = 65_507

  /// What a datagram is filled to. It passes Ethernet in one piece; of a larger one each lost piece loses all.
  static let datagramByteCountAimed = 1_400

  /// Datagrams that are handed to the kernel together, with one system call. More save nothing that shows, and come as
  /// a burst.
  static let datagramsTogether = 64

  /// Spans that are packed into one request, where the input does not say.
  static let spansPerRequestMax = 4_096

  /// The largest file that `spoor send` reads, in bytes, because it is read whole.
  static let inputByteCountMax = 1 << 30
}
