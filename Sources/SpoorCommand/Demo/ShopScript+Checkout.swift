import TraceModel

/// The payment provider: another company's, so no spans of it are seen.
enum ShopPaymentProvider {
  static let host = "api.cardpay.example"
  static let nodeID = "external:api.cardpay.example"
}

extension ShopScript {
  /// An order is placed: stock reserved, card charged, and the order put into the queue for shipping and mailer.
  mutating func checkout(_ journey: ShopJourney) {
    let order = "o-\(number())"
    _ = serve(.web, ShopRequest("POST", "/checkout"), scheme: "https") { script in
      script.note("user_agent.original", .string("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_6) Safari/605.1.15"))
      return script.call(from: .web, to: .checkout, ShopRequest("POST", "/orders")) { script in
        script.note("order.id", .string(order))
        script.work(.checkout, "validate order", 1.2, [Attribute("order.total", .double(59.9))])
        _ = script.reserve("p-\(script.number())", for: .checkout)
        let code = script.charge(order, journey)
        guard code == .ok else { return code == .failedPrecondition ? 402 : 502 }
        let message = script.publish(from: .checkout, key: order)
        script.fulfil(order, message)
        return 201
      }
    }
  }

  private mutating func charge(_ order: String, _ journey: ShopJourney) -> ShopRPCCode {
    callRPC(from: .checkout, to: .payment, "shop.payment.v1.Payments", "Charge") { script in
      let status = script.callHTTP(
        from: .payment, host: ShopPaymentProvider.host, port: 443, scheme: "https", ShopRequest("POST", "/v1/charges")
      ) { script in
        switch journey {
        case .checkoutDeclined:
          script.pass(160)
          return 402
        case .checkoutTimingOut:
          script.wait(exactly: 3000)
          script.exception(
            "java.net.http.HttpTimeoutException", "request timed out",
            at: "shop.payment.CardPay.charge(CardPay.java:112)")
          return 504
        case .checkoutSlowly:
          script.pass(1900, spread: 0.15)
          return 201
        default:
          script.pass(120, spread: 0.3)
          return 201
        }
      }
      script.note("order.id", .string(order))
      switch status {
      case 402:
        script.event("charge.declined", [Attribute("decline.code", .string("insufficient_funds"))])
        return .failedPrecondition
      case 504: return .deadlineExceeded
      default: return .ok
      }
    }
  }

  /// What happens to an order once the user has gone.
  private mutating func fulfil(_ order: String, _ message: Context) {
    consume(message, by: .shipping, key: order, after: 18) { script in
      script.work(.shipping, "choose carrier", 6, [Attribute("shipment.parcels", .int(1))])
      script.work(.shipping, "print label", 21)
    }
    consume(message, by: .mailer, key: order, after: 30) { script in
      script.work(.mailer, "render confirmation", 9, [Attribute("mail.template", .string("order_confirmation"))])
    }
  }
}
