import Testing
import TraceModel

@Suite struct DatabaseLabelTests {
  @Test(arguments: [
    (DatabaseLabel.name, ["orders", "memory"]), (.host, ["db:5432", "memory"]), (.namespace, ["shop", "0"]),
    (.system, ["postgresql", "redis"]), (.full, ["postgresql@db:5432/shop", "redis/0"]),
  ])
  func `a database is called what was asked for, if it has that`(label: DatabaseLabel, names: [String]) {
    let map = ServiceMap(nodes: [
      ServiceMap.Node(id: "database:postgresql@db:5432/shop", name: "orders", kind: .database),
      ServiceMap.Node(id: "cache:redis/0", name: "memory", kind: .cache),
      ServiceMap.Node(id: "service:a@b/c", name: "c", namespace: "a@b", kind: .service),
    ])
    let labelled = map.labellingDatabases(by: label)
    #expect(labelled.nodes.map(\.name) == names + ["c"])
    #expect(labelled.nodes.map(\.id) == map.nodes.map(\.id))
  }
}
