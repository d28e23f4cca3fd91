/// What a user of the shop does, and the turn it takes.
enum ShopJourney: Hashable, Sendable, CaseIterable {
  case browse
  /// A product's query waits for a lock.
  case browseSlowly
  case browseMissing
  /// Too many ask for recommendations: the page comes without.
  case browseThrottled
  case addToCart
  /// The reservation fails with an exception.
  case addToCartFailing
  case checkout
  case checkoutSlowly
  case checkoutDeclined
  /// The payment provider does not answer in time.
  case checkoutTimingOut

  /// The name of the example, for those that are worth a look.
  var exampleName: String? {
    switch self {
    case .browse, .addToCart: nil
    case .checkout: "checkout"
    case .browseSlowly: "slow page"
    case .browseMissing: "missing product"
    case .browseThrottled: "throttled page"
    case .addToCartFailing: "failed reservation"
    case .checkoutSlowly: "slow checkout"
    case .checkoutDeclined: "declined payment"
    case .checkoutTimingOut: "failed payment"
    }
  }

  /// The journey that nothing goes wrong in.
  var smooth: ShopJourney {
    switch self {
    case .browse, .browseSlowly, .browseMissing, .browseThrottled: .browse
    case .addToCart, .addToCartFailing: .addToCart
    case .checkout, .checkoutSlowly, .checkoutDeclined, .checkoutTimingOut: .checkout
    }
  }

  /// The order in which they come, again and again; the first three already draw every edge of the map.
  static let cycle: [ShopJourney] = [
    .browse, .addToCart, .checkout, .browse, .browseMissing, .browse, .checkoutDeclined, .addToCart, .browseSlowly,
    .checkoutSlowly, .browse, .addToCartFailing, .browse, .checkout, .addToCart, .browseThrottled, .browse,
    .checkoutTimingOut, .addToCart, .browse,
  ]
}
