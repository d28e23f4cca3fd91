import NIOCore
import NIOPosix

/// Where the services of the shop send their spans: each over its own transport.
struct ShopTransports: Sendable {
  private let destinations: [Destination.Transport: Destination]
  private let replacement: Destination

  /// Nothing if all of them are off. A service whose transport is off uses the first of the others.
  init?(http: Destination?, tcp: Destination?, udp: Destination?) {
    let all = [http, tcp, udp].compactMap { $0 }
    guard let first = all.first else { return nil }
    destinations = Dictionary(uniqueKeysWithValues: all.map { ($0.transport, $0) })
    replacement = first
  }

  /// One for all services.
  init(all destination: Destination) {
    destinations = [:]
    replacement = destination
  }

  func destination(of service: ShopService) -> Destination { destinations[service.transport] ?? replacement }

  /// A sender for each service, as each would have its own exporter.
  func senders(
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, plan: (Destination) -> SendingPlan
  ) throws(SendingError) -> [ShopService: any SpanSender] {
    var senders: [ShopService: any SpanSender] = [:]
    for service in ShopService.allCases { senders[service] = try plan(destination(of: service)).sender(group: group) }
    return senders
  }
}
