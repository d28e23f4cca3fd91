/// A size as people write it: exact, in the largest unit that divides it.
struct ByteCount: CustomStringConvertible {
  var bytes: UInt64

  init(_ bytes: UInt64) {
    self.bytes = bytes
  }

  var description: String {
    for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] as [(UInt64, String)]
    where bytes > 0 && bytes & (1 << shift - 1) == 0 {
      return "\(bytes >> shift) \(unit)"
    }
    return "\(bytes) bytes"
  }
}
