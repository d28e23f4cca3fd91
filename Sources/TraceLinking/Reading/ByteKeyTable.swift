/// Values by keys of a few bytes. Open addressing at most half full; nothing is ever removed.
struct ByteKeyTable<Value> {
  private var keys: [[UInt8]] = []
  private var values: [Value] = []
  /// One more than the position of a key, or zero.
  private var slots = [UInt32](repeating: 0, count: 64)
  private let mixer = KeyMixer()

  func value(of key: [UInt8]) -> Value? {
    let slot = slots[place(of: key)]
    return slot == 0 ? nil : values[Int(slot) - 1]
  }

  /// - Precondition: the key is not here yet.
  mutating func insert(_ key: [UInt8], _ value: Value) {
    if (keys.count + 1) * 2 > slots.count { grow() }
    keys.append(key)
    values.append(value)
    slots[place(of: key)] = UInt32(keys.count)
  }

  /// Where the key is, or where it would go.
  private func place(of key: [UInt8]) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: mixer.mix(key)) & mask
    while slots[place] != 0 && keys[Int(slots[place]) - 1] != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for (position, key) in keys.enumerated() { slots[place(of: key)] = UInt32(position + 1) }
  }
}
