/// The bodies of the fuzz targets that `tools/soak fuzz` builds, and of the tests that go through the corpus and through
/// bytes of their own making. They throw when something does not hold that must hold for all bytes.
///
/// The first two bytes of each say what happens beside the others: how they are cut into reads, which bounds hold, when
/// answers come and time passes.
enum FuzzedBytes {
  struct Finding: Error, CustomStringConvertible {
    var description: String
  }

  static func hold(_ condition: Bool, _ fact: @autoclosure () -> String) throws(Finding) {
    if !condition { throw Finding(description: "does not hold: \(fact())") }
  }

  static func opened(_ input: [UInt8]) -> (random: FuzzRandom, bytes: [UInt8]) {
    let circumstances = input.prefix(2).reduce(0) { $0 << 8 | UInt64($1) }
    return (FuzzRandom(seed: circumstances), Array(input.dropFirst(2)))
  }

  /// Such an input, whatever the circumstances.
  static func input(_ bytes: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    [UInt8(random.below(256)), UInt8(random.below(256))] + bytes
  }
}
