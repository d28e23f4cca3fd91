import TraceModel

extension ShopScript {
  /// A product goes into the cart, which reserves it in the stock.
  mutating func addToCart(_ journey: ShopJourney) {
    let (product, cart) = ("p-\(number())", "c-\(number())")
    _ = serve(.web, ShopRequest("POST", "/cart/items"), scheme: "https") { script in
      script.note("user_agent.original", .string("Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X)"))
      let request = ShopRequest("POST", "/carts/{id}/items", path: "/carts/\(cart)/items")
      return script.call(from: .web, to: .cart, request) { script in
        script.note("cart.items", .array([.string(product)]))
        script.cache(from: .cart, "HGETALL", "cart:\(cart)")
        let code = script.reserve(product, for: .cart, isFailing: journey == .addToCartFailing)
        guard code == .ok else { return 503 }
        script.cache(from: .cart, "HSET", "cart:\(cart)")
        return 201
      }
    }
  }

  /// Reserves a product in the stock for another service.
  mutating func reserve(_ product: String, for caller: ShopService, isFailing: Bool = false) -> ShopRPCCode {
    callRPC(from: caller, to: .stock, "shop.stock.v1.Stock", "Reserve") { script in
      let query = ShopQuery(
        operation: "UPDATE", table: "stock",
        text: "UPDATE stock SET reserved = reserved + 1 WHERE product = %s AND on_hand > reserved")
      let message = "could not serialize access due to concurrent update"
      script.query(from: .stock, query, isFailing ? 48 : 3.1) { script in
        if isFailing { script.fail(message) }
      }
      if isFailing {
        script.exception("psycopg2.errors.SerializationFailure", message, at: "stock/reservations.py:88 in reserve")
        return .internal
      }
      return .ok
    }
  }
}
