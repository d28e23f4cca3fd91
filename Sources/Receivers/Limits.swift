import NIOCore

/// Every bound of this room. What is refused at one is counted by the sink under `Refusal.reason`.
package struct ReceiverLimits: Hashable, Sendable {
  /// The longest HTTP body, TCP frame or gRPC message in bytes: OTLP recommends 64 MiB. Compressed, it has to fit what may
  /// arrive together with what it inflates to. Past it 413, an error frame and a close, or RESOURCE_EXHAUSTED.
  package var bodyByteCountMax = 64 << 20

  /// Connections a listener holds at once, because each costs a file descriptor and some KB. Past it a new connection
  /// is closed at once.
  package var connectionsMax = 4096

  /// The share of `connectionsMax`, as a divisor, that is kept for addresses with few connections, so that one host
  /// cannot take them all; and what few means. As long as there is room every address may have as many as it likes: behind
  /// one there may be a whole cluster. Past it a new connection is closed at once.
  package var connectionsKeptDivisor = 4
  package var connectionsOfFew = 32

  /// What is reserved at once on the word of a Content-Length or a frame's length; more must arrive first, so that a
  /// lie costs the liar its bandwidth.
  package var byteCountReservedMax = 1 << 20

  /// The longest payload, as it arrived and inflated, that is inflated and decoded on the event loop that read it: at its
  /// worst some 13 ms. Longer ones go to a thread of their own, so that nobody waits behind them.
  package var inlineByteCountMax = 256 << 10

  /// One HTTP header field, name and value, or the URL, in bytes. Past it 400 and a close.
  package var headerFieldByteCountMax = 16 << 10

  /// All header fields of one HTTP request together, in bytes, and their number. Past either 400 and a close.
  package var headerByteCountMax = 64 << 10
  package var headerFieldsMax = 128

  /// How long a connection is not read from because too much waits to be stored. Past it one read is taken, and a payload
  /// that finds no room is refused with the advice to come back: senders give up after ten seconds, most of them.
  package var readPauseMax = TimeAmount.seconds(2)

  /// Frames of one TCP connection that the sink has not answered yet. At this many reading pauses.
  package var framesUnderWayMax = 64

  /// How long a listener waits before it accepts again when the process can open no more files.
  package var acceptPause = TimeAmount.milliseconds(250)

  /// Calls of one HTTP/2 connection at once, which its settings say. Past it the connection is told that it broke them,
  /// and closes. Exporters have a few, and each is answered before the next is worth sending.
  package var streamsPerConnectionMax = 128

  /// What the peer of an HTTP/2 connection may send before we take more, of one call and of all together, in bytes. Only
  /// the speed hangs on it: what has arrived is charged to the sink's budget. Past it the stream or the connection
  /// ends with FLOW_CONTROL_ERROR.
  package var streamWindowByteCount = 4 << 20
  package var connectionWindowByteCount = 8 << 20

  /// The longest DATA frame of HTTP/2 in bytes; it is taken in parts. Past it the connection ends with FRAME_SIZE_ERROR.
  package var dataFrameByteCountMax = 1 << 20

  /// The header of one HTTP/2 call, inflated, or any frame but DATA, in bytes: what gRPC itself allows. Past it the
  /// connection closes.
  package var http2HeaderByteCountMax = 16 << 10

  /// HTTP/2 frames of one connection that carry next to nothing (`FrameWalk`). Past it the connection ends with
  /// ENHANCE_YOUR_CALM.
  package var framesToSpareMax = 1000

  /// Calls of one connection that their client takes back within 30 s (RST_STREAM). Past it the connection ends with
  /// ENHANCE_YOUR_CALM.
  package var streamResetsMax = 200

  /// From a request's first byte to the end of its header. Past it the connection closes.
  package var headerDeadline = TimeAmount.seconds(10)

  /// From the end of the header to the end of the body, or from a frame's first byte to its last. Past it 408, or an
  /// error frame, and a close.
  package var bodyDeadline = TimeAmount.seconds(30)

  /// How long answers may wait because their receiver does not read them. Past it the connection closes.
  package var writeDeadline = TimeAmount.seconds(30)

  /// Silence between two HTTP requests. Past it the connection closes; HTTP clients open another by themselves.
  package var idleDeadline = TimeAmount.seconds(60)

  /// Silence between two TCP frames, longer because such clients are often a few lines that never reconnect.
  package var frameIdleDeadline = TimeAmount.minutes(10)

  /// How long a connection that we close is still read from, bytes thrown away, so that the kernel does not reset it
  /// before the last answer is read.
  package var lingerDeadline = TimeAmount.seconds(2)

  /// How long `Receiver.stop` waits for answers before it closes their connections.
  package var stopGrace = TimeAmount.seconds(5)

  /// The longest datagram in bytes: the most that IPv6 carries (IPv4: 65,507). The end of a longer one is lost, so it is
  /// refused.
  package var datagramByteCountMax = 65_527

  /// Datagrams read by one system call, at most 256, and stored as one batch: the more of them, the less often the ring
  /// is told the same names. About as many come within `datagramPause` at 300,000 spans a second. Each has a place of
  /// 65 KiB, of which only what datagrams need is ever touched.
  package var datagramsPerRead = 256

  /// How long the thread of a datagram listener lets datagrams gather after it has read some. The receive queue holds what
  /// a million datagrams a second bring meanwhile.
  package var datagramPause = TimeAmount.milliseconds(2)

  /// What is asked of the kernel for the UDP receive queue, in bytes: the usual default of 208 KiB holds 92 datagrams.
  /// What does not fit is lost and counted through `PayloadSink.kernelDropped`.
  package var receiveQueueByteCount = 4 << 20

  /// Datagrams still taken from the receive queue after `stop`, so that a flood cannot keep it from ending. The rest is
  /// lost with the socket.
  package var datagramsDrainedMax = 16_384

  /// File descriptors that connections leave for the ring, the API and the rest, at least.
  static let openFilesKept = 256

  /// Connections a listener may have even where the system grants hardly any file descriptors.
  static let connectionsLeast = 16

  /// A certificate, key or token file in bytes; the largest usual bundle of authorities takes a fifth. Past it the file
  /// is unusable.
  static let securityFileByteCountMax = 1 << 20

  /// Tokens of a file, because each request is compared with all of them. Past it the file is unusable.
  static let tokensMax = 256

  /// How often such files are looked at again at most.
  static let securityCheckInterval = TimeAmount.seconds(1)

  package init() {}
}
