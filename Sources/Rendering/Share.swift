/// A part of a whole for people: `0%`, `<0.1%`, `3.2%`, `47%`, `>99.9%`, `100%`; nothing and everything only when exact.
struct Share: CustomStringConvertible {
  let description: String

  init(_ part: Double, of whole: Double) {
    let tenths = whole > 0 ? (part / whole * 1000).rounded() : 0
    description =
      if part <= 0 || whole <= 0 {
        "0%"
      } else if part >= whole {
        "100%"
      } else if tenths < 1 {
        "<0.1%"
      } else if tenths > 999 {
        ">99.9%"
      } else if tenths < 100 || tenths > 990 {
        "\(Int(tenths) / 10).\(Int(tenths) % 10)%"
      } else {
        "\(Int((tenths / 10).rounded()))%"
      }
  }
}
