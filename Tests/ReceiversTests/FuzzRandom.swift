import Foundation

/// SplitMix64, and how often a fuzz target runs: the seed of its first round is printed with what it finds.
struct FuzzRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Changes a few bytes, or moves, doubles or drops a stretch.
  mutating func mutate(_ bytes: inout [UInt8]) {
    for _ in 0...below(4) where !bytes.isEmpty {
      let place = below(bytes.count)
      let end = min(bytes.count, place + 1 + below(24))
      switch below(8) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(UInt8(below(256)), at: place)
      case 2: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: Array(bytes[place..<end]), at: below(bytes.count))
      case 4: bytes.removeSubrange(place...)
      case 5: bytes[place] = one(of: [0, 0x0A, 0x0D, 0x20, 0x3A, 0x7F, 0x80, 0xFF])
      case 6: bytes[place] ^= 1 << UInt8(below(8))
      default: bytes[place] = UInt8(below(256))
      }
    }
  }

  /// The seeds of a target: SPOOR_ROUNDS times as many as usual, from SPOOR_SEED on.
  static func seeds(_ usual: UInt64) -> Range<UInt64> {
    func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }
    let first = number("SPOOR_SEED") ?? 1
    return first..<first + usual * (number("SPOOR_ROUNDS") ?? 1)
  }
}
