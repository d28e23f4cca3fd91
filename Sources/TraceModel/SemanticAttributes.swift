/// Attribute keys of OpenTelemetry's semantic conventions that Spoor gives a meaning to, the older names that senders
/// still use beside them (https://opentelemetry.io/docs/specs/semconv/).
package enum SemanticAttributes {
  package static let serviceName = "service.name"
  package static let serviceNamespace = "service.namespace"

  package static let servicePeerName = "service.peer.name"
  package static let servicePeerNamespace = "service.peer.namespace"
  package static let peerService = "peer.service"

  package static let serverAddress = "server.address"
  package static let serverPort = "server.port"
  package static let netPeerName = "net.peer.name"
  package static let netPeerPort = "net.peer.port"
  package static let networkPeerAddress = "network.peer.address"
  package static let networkPeerPort = "network.peer.port"
  package static let netSockPeerAddress = "net.sock.peer.addr"
  package static let netSockPeerPort = "net.sock.peer.port"

  package static let dbSystemName = "db.system.name"
  package static let dbSystem = "db.system"
  package static let dbNamespace = "db.namespace"
  package static let dbName = "db.name"
  package static let dbOperationName = "db.operation.name"
  package static let dbQueryText = "db.query.text"

  package static let messagingSystem = "messaging.system"
  package static let messagingDestinationName = "messaging.destination.name"
  package static let messagingDestinationTemplate = "messaging.destination.template"
  package static let messagingDestinationTemporary = "messaging.destination.temporary"
  package static let messagingDestinationAnonymous = "messaging.destination.anonymous"
  package static let messagingDestination = "messaging.destination"
  package static let messagingOperationType = "messaging.operation.type"
  package static let messagingOperationName = "messaging.operation.name"
  package static let messagingOperation = "messaging.operation"

  package static let httpRequestMethod = "http.request.method"
  package static let httpRoute = "http.route"
  package static let httpResponseStatusCode = "http.response.status_code"
  package static let httpStatusCode = "http.status_code"
  package static let urlFull = "url.full"
  package static let httpURL = "http.url"

  package static let rpcSystemName = "rpc.system.name"
  package static let rpcSystem = "rpc.system"
  package static let rpcService = "rpc.service"
  package static let rpcMethod = "rpc.method"
  package static let rpcResponseStatusCode = "rpc.response.status_code"
  package static let rpcStatusCode = "rpc.status_code"
  package static let rpcGRPCStatusCode = "rpc.grpc.status_code"

  /// Of one in how many a span stands: the share that was kept, by whoever sampled.
  package static let samplingRatio = "sampling.ratio"
  package static let samplingProbability = "sampling.probability"
  package static let sampleRatio = "X-SampleRatio"
  /// Honeycomb's: how many a span stands for.
  package static let sampleRate = "SampleRate"

  package static let errorType = "error.type"
  /// What OpenTracing called a failure, and how its status is told where there is no other place for it.
  package static let error = "error"
  package static let otelStatusCode = "otel.status_code"
  package static let exceptionType = "exception.type"
  package static let exceptionMessage = "exception.message"
}
