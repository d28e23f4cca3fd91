import TraceModel

extension Shop {
  /// Who talks to whom, by the IDs of a service map's nodes.
  struct Edge: Hashable, Sendable {
    var source: String
    var target: String
    var kind: ServiceMap.EdgeKind
  }

  /// Exactly the edges of the map that the shop's spans draw, each within the first three traces.
  static let edges: [Edge] = [
    Edge(source: "user", target: ShopService.web.nodeID, kind: .user),
    call(.web, .catalog),
    call(.web, .recommendations),
    call(.web, .cart),
    call(.web, .checkout),
    call(.cart, .stock),
    call(.checkout, .stock),
    call(.checkout, .payment),
    Edge(source: ShopService.catalog.nodeID, target: ShopStore.databaseNodeID, kind: .database),
    Edge(source: ShopService.stock.nodeID, target: ShopStore.databaseNodeID, kind: .database),
    Edge(source: ShopService.cart.nodeID, target: ShopStore.cacheNodeID, kind: .database),
    Edge(source: ShopService.recommendations.nodeID, target: ShopStore.cacheNodeID, kind: .database),
    Edge(source: ShopService.payment.nodeID, target: ShopPaymentProvider.nodeID, kind: .external),
    Edge(source: ShopService.checkout.nodeID, target: ShopQueue.nodeID, kind: .message),
    Edge(source: ShopQueue.nodeID, target: ShopService.shipping.nodeID, kind: .message),
    Edge(source: ShopQueue.nodeID, target: ShopService.mailer.nodeID, kind: .message),
  ]

  private static func call(_ caller: ShopService, _ callee: ShopService) -> Edge {
    Edge(source: caller.nodeID, target: callee.nodeID, kind: .call)
  }
}
