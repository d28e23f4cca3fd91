import TraceModel

/// The shop's one database and its cache. They make no spans of their own.
enum ShopStore {
  static let database = (system: "postgresql", host: "db.shop.internal", port: Int64(5432), name: "shop")
  static let cache = (system: "redis", host: "cache.shop.internal", port: Int64(6379))

  static let databaseNodeID = "database:postgresql@db.shop.internal:5432/shop"
  static let cacheNodeID = "database:redis@cache.shop.internal:6379"
}

/// One statement in SQL.
struct ShopQuery {
  var operation: String
  var table: String
  var text: String

  var summary: String { "\(operation) \(table)" }
}

extension ShopScript {
  /// A query to the database.
  /// - Parameters:
  ///   - median: how long it takes, in milliseconds.
  ///   - body: what else happens while it runs.
  mutating func query(
    from service: ShopService, _ query: ShopQuery, _ median: Double, _ body: (inout ShopScript) -> Void = { _ in }
  ) {
    let store = ShopStore.database
    let attributes =
      switch service.conventions {
      case .current:
        [
          Attribute(SemanticAttributes.dbSystemName, .string(store.system)),
          Attribute(SemanticAttributes.dbNamespace, .string(store.name)),
          Attribute("db.collection.name", .string(query.table)),
          Attribute(SemanticAttributes.dbOperationName, .string(query.operation)),
          Attribute("db.query.summary", .string(query.summary)),
          Attribute(SemanticAttributes.dbQueryText, .string(query.text)),
          Attribute(SemanticAttributes.serverAddress, .string(store.host)),
          Attribute(SemanticAttributes.serverPort, .int(store.port)),
        ]
      case .older:
        [
          Attribute(SemanticAttributes.dbSystem, .string(store.system)),
          Attribute(SemanticAttributes.dbName, .string(store.name)),
          Attribute("db.sql.table", .string(query.table)),
          Attribute("db.operation", .string(query.operation)),
          Attribute("db.statement", .string(query.text)),
          Attribute(SemanticAttributes.netPeerName, .string(store.host)),
          Attribute(SemanticAttributes.netPeerPort, .int(store.port)),
        ]
      }
    step(service, query.summary, .client, by: .database, attributes) { script in
      script.pass(median, spread: 0.5)
      body(&script)
    }
  }

  /// A command to the cache, which never takes long.
  mutating func cache(from service: ShopService, _ command: String, _ key: String) {
    let store = ShopStore.cache
    let attributes =
      switch service.conventions {
      case .current:
        [
          Attribute(SemanticAttributes.dbSystemName, .string(store.system)),
          Attribute(SemanticAttributes.dbOperationName, .string(command)),
          Attribute(SemanticAttributes.dbQueryText, .string("\(command) \(key)")),
          Attribute(SemanticAttributes.serverAddress, .string(store.host)),
          Attribute(SemanticAttributes.serverPort, .int(store.port)),
        ]
      case .older:
        [
          Attribute(SemanticAttributes.dbSystem, .string(store.system)),
          Attribute("db.statement", .string("\(command) \(key)")),
          Attribute(SemanticAttributes.netPeerName, .string(store.host)),
          Attribute(SemanticAttributes.netPeerPort, .int(store.port)),
        ]
      }
    step(service, command, .client, by: .database, attributes) { $0.pass(0.45, spread: 0.4) }
  }
}
