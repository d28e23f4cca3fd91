/// What became of the first member or frame of a compressed payload.
enum InflatingStep: Equatable {
  /// Inflated; it took so many bytes of the input.
  case inflated(inputByteCount: Int)
  /// It inflates to more than there was space for. Nothing was written.
  case outOfSpace
  /// Not of this format, damaged, or cut off.
  case malformed
}
