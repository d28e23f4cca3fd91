import NIOCore

/// A payload that arrives in parts, charged to the budget until it is whole or given up.
struct PayloadBuffer: ~Copyable {
  private let budget: ByteBudget
  private let reservedMax: Int
  private var bytes = ByteBuffer()
  private var charge = 0

  init(budget: ByteBudget, reservedMax: Int) {
    self.budget = budget
    self.reservedMax = reservedMax
  }

  deinit { budget.give(charge) }

  var byteCount: Int { bytes.readableBytes }

  /// Adds a part of a payload that will have `total` bytes, if that is known. Answers false when the budget is used up;
  /// then the part is not added.
  mutating func append(_ part: ByteBuffer, total: Int?) -> Bool {
    // Most payloads arrive whole and need no copy.
    if byteCount == 0, part.readableBytes == total {
      bytes = part
      return true
    }
    let wanted = max(byteCount + part.readableBytes, min(total ?? 0, reservedMax))
    if wanted > charge {
      // The buffer doubles, so what it will hold is the next power of two. Of what a length promises no more is touched.
      let needed = min(wanted.roundedUpToPowerOfTwo, max(total ?? .max, wanted)) - charge
      guard budget.take(needed) else { return false }
      charge += needed
      bytes.reserveCapacity(charge)
    }
    bytes.writeImmutableBuffer(part)
    return true
  }

  /// The payload, with its charge; the buffer is empty afterwards.
  mutating func take() -> ArrivedPayload {
    let whole = ArrivedPayload(bytes: bytes, charge: charge)
    charge = 0
    clear()
    return whole
  }

  mutating func clear() {
    bytes = ByteBuffer()
    budget.give(charge)
    charge = 0
  }
}

/// A whole payload, as it arrived or inflated.
package struct ArrivedPayload {
  package let bytes: ByteBuffer
  /// What was taken of the budget for it, and is to be given back when the sink has it.
  package let charge: Int
}

extension Int {
  /// The least power of two that is not less; for lengths, which are far from the largest number.
  fileprivate var roundedUpToPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
