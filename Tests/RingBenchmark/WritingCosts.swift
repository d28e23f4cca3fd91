/// What storing spans took: nanoseconds of the processor, and bytes.
struct WritingCosts {
  var spanCount = 0
  var annotating: UInt64 = 0
  var encoding: UInt64 = 0
  var writing: UInt64 = 0
  var syncing: UInt64 = 0
  var sealing: UInt64 = 0
  var blockBytes = 0
  var footerBytes = 0
  var syncs = 0
  var seals = 0

  /// What linking takes of it.
  /// - Parameter bare: the same without a fold.
  func reportFold(_ name: String, without bare: WritingCosts) {
    func cpu(_ what: String, _ nanoseconds: UInt64) {
      Figure(part: name, name: "CPU: " + what, value: Double(nanoseconds) / Double(spanCount), unit: "ns/span").report()
    }
    cpu("annotate, while receiving", annotating)
    cpu("join and sum up, while sealing", max(sealing, bare.sealing) - bare.sealing)
  }

  /// - Parameter bare: the same without a fold, whose costs are then told apart from the index's.
  func report(_ name: String, without bare: WritingCosts? = nil) {
    func cpu(_ what: String, _ nanoseconds: UInt64) {
      let value = Double(nanoseconds) / Double(spanCount)
      Figure(part: name, name: "CPU: " + what, value: value, unit: "ns/span").report()
    }
    func disk(_ what: String, _ bytes: Int) {
      Figure(part: name, name: "disk: " + what, value: Double(bytes) / Double(spanCount), unit: "B/span").report()
    }
    cpu("annotate for the fold", annotating)
    cpu("encode into blocks", encoding)
    cpu("write", writing)
    cpu("fdatasync", syncing)
    if seals > 0 {
      if let bare {
        cpu("index and seal", bare.sealing)
        cpu("fold the figures", max(sealing, bare.sealing) - bare.sealing)
      } else {
        cpu("index, fold and seal", sealing)
      }
    }
    cpu("commit, index and figures", annotating + writing + syncing + sealing)
    cpu("all", annotating + encoding + writing + syncing + sealing)
    disk("blocks", blockBytes)
    if seals > 0 { disk("footers", footerBytes) }
  }
}
