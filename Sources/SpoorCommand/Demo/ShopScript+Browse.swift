import TraceModel

extension ShopScript {
  /// A product page: the catalog and the recommendations are asked at the same time.
  mutating func browse(_ journey: ShopJourney) {
    let product = journey == .browseMissing ? "p-0000" : "p-\(number())"
    if isTrue(oneIn: 4) { traceState = "shop=layout:b" }
    _ = serve(.web, ShopRequest("GET", "/products/{id}", path: "/products/\(product)"), scheme: "https") { script in
      script.note("user_agent.original", .string("Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"))
      var status: Int64 = 200
      script.together([
        { status = $0.askCatalog(for: product, journey) },
        { $0.askRecommendations(for: product, isThrottled: journey == .browseThrottled) },
      ])
      if status == 200 { script.work(.web, "render product page", 4) }
      return status
    }
  }

  private mutating func askCatalog(for product: String, _ journey: ShopJourney) -> Int64 {
    let request = ShopRequest("GET", "/products/{id}", path: "/products/\(product)")
    return call(from: .web, to: .catalog, request) { script in
      let query = ShopQuery(
        operation: "SELECT", table: "products", text: "SELECT id, name, price FROM products WHERE id = $1")
      script.query(from: .catalog, query, journey == .browseSlowly ? 1100 : 2.4) { script in
        script.note("db.response.returned_rows", .int(journey == .browseMissing ? 0 : 1))
      }
      if journey == .browseMissing {
        script.event("product.missing", [Attribute("product.id", .string(product))])
        return 404
      }
      script.work(.catalog, "price product", 0.8)
      return 200
    }
  }

  private mutating func askRecommendations(for product: String, isThrottled: Bool) {
    let request = ShopRequest("GET", "/recommendations", path: "/recommendations?product=\(product)")
    _ = call(from: .web, to: .recommendations, request) { script in
      if isThrottled {
        script.event("rate limit exceeded", [Attribute("limit.requests_per_second", .double(2.5))])
        return 429
      }
      script.cache(from: .recommendations, "GET", "similar:\(product)")
      script.work(.recommendations, "rank", 3)
      return 200
    }
  }
}
