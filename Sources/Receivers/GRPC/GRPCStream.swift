import NIOCore

/// One HTTP/2 stream, which is one call.
final class GRPCStream {
  enum State {
    /// More of its request is to come.
    case receiving
    /// The sink has it.
    case answering
    /// Its answer is written but for what the peer's window does not take.
    case answered
  }

  let call: GRPCCall
  var state = State.receiving
  /// When it must have been received, or its answer been taken; nil while the sink has it.
  var deadline: NIODeadline?
  var message: GRPCMessageReader
  /// Of its message while the sink has it, as it arrived.
  var byteCountUnderWay: Int?

  init(_ call: GRPCCall, limits: ReceiverLimits, budget: ByteBudget, deadline: NIODeadline) {
    self.call = call
    self.deadline = deadline
    let byteCountMax = call.method == .export ? limits.bodyByteCountMax : HealthCheck.requestByteCountMax
    message = GRPCMessageReader(byteCountMax: byteCountMax, limits: limits, budget: budget)
  }
}
