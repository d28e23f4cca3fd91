extension UInt64 {
  /// A size in binary units, three significant digits: `512 B`, `1.5 KiB`, `31.5 MiB`.
  var byteText: String {
    if self < 1024 { return "\(self) B" }
    var (scaled, unit) = (Double(self), "B")
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] where scaled >= 1023.5 {
      scaled /= 1024
      unit = next
    }
    let tenths = (scaled < 9.995 ? (scaled * 100).rounded() / 100 : (scaled * 10).rounded() / 10)
    if scaled >= 99.95 || tenths == tenths.rounded() { return "\(Int(scaled.rounded())) \(unit)" }
    return "\(tenths) \(unit)"
  }
}

extension Double {
  /// Bytes a span: one decimal below 100.
  var bytesASpanText: String {
    if self >= 99.95 { return UInt64(clamping: Int(self.rounded())).grouped }
    let tenths = Int((self * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
