/// What the core asks to be done on disk, in this order, each before the next.
enum Effect: Equatable {
  case write(slot: UInt32, offset: UInt64, bytes: [UInt8])
  /// Everything written to the slot so far becomes durable.
  case sync(slot: UInt32)
  /// No more writes will come to the slot.
  case release(slot: UInt32)

  var slot: UInt32 {
    switch self {
    case .write(let slot, _, _), .sync(let slot), .release(let slot): slot
    }
  }
}
