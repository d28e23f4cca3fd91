import Foundation

/// A real `spoor serve` on ports that the kernel picked.
struct RunningCollector: Sendable {
  let data: String
  let program: BackgroundProgram
  private let doors: [String: Door]

  /// Starts a collector and waits until it is ready; it is killed when nobody holds it any more.
  ///
  /// - Parameters:
  ///   - options: more of them, or where another one is to listen than at any port.
  ///   - wrapper: turns the program and its arguments into what runs it, such as a tracer.
  static func start(
    data: String, capacity: String = "64MiB", options: [String] = [],
    wrapper: (String, [String]) -> (String, [String]) = { ($0, $1) }
  ) async throws -> RunningCollector {
    let anyPort = "127.0.0.1:0"
    let listeners = ["--otlp-grpc", "--otlp-http", "--udp", "--tcp", "--api"].filter { !options.contains($0) }
    let (path, arguments) = wrapper(
      Spoor.path,
      ["serve", "--data", data, "--capacity", capacity] + listeners.flatMap { [$0, anyPort] } + options)
    let program = try await BackgroundProgram.start(path, arguments, readyWhen: { $0 == "ready" })
    var doors: [String: Door] = [:]
    for line in program.lines where line.hasPrefix("listening ") {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 3 { doors[words[1]] = Door(words[2]) }
    }
    return RunningCollector(data: data, program: program, doors: doors)
  }

  var grpc: Door { get throws { try door("otlp-grpc") } }
  var http: Door { get throws { try door("otlp-http") } }
  var tcp: Door { get throws { try door("tcp") } }
  var udp: Door { get throws { try door("udp") } }
  /// Only where `--xray-udp` was given.
  var xray: Door { get throws { try door("xray-udp") } }
  /// Only where `--zipkin` was given.
  var zipkin: Door { get throws { try door("zipkin") } }
  var api: String { get throws { "http://\(try door("api"))" } }

  /// The page of the API at this path.
  func get(_ path: String) async throws -> HTTPReply { try await door("api").get("/api/spoor/v1/" + path) }

  /// A page of another API than ours.
  func getAPI(_ path: String) async throws -> HTTPReply { try await door("api").get(path) }

  private func door(_ name: String) throws -> Door {
    guard let door = doors[name] else { throw NoDoor(name: name, doors: doors) }
    return door
  }

  struct NoDoor: Error {
    var name: String
    var doors: [String: Door]
  }

  /// Asks it to finish, as systemd would, and gives its exit code. Before that every span that it ever received must
  /// be in exactly one place.
  func stop() async throws -> Int32 {
    try await metrics().expectEverySpanAccountedFor()
    program.send(signal: SIGTERM)
    return try await program.exitCode()
  }

  /// `kill -9`.
  func kill() async throws {
    program.send(signal: SIGKILL)
    _ = try await program.exitCode()
  }

  /// A trace as the running collector tells it, in `spoor`'s own JSON.
  func trace(_ id: String) async throws -> TraceAnswer {
    TraceAnswer(try await Spoor.askJSON("trace", id, "--server", api))
  }

  func map() async throws -> JSONValue { try await Spoor.askJSON("map", "--all", "--server", api) }

  /// How many spans of a trace the API tells of.
  func spanCount(ofTrace id: String) async throws -> Int {
    let reply = try await get("traces/" + id)
    guard reply.status == 200 else { return 0 }
    return ExportRequest.spanCount(reply.body)
  }

  /// How many of a request's spans the API finds, on one connection for all of them.
  /// - Throws: if it finds anything that was not sent.
  func found(_ requests: [NumberedRequest]) async throws -> [Int] {
    let api = try door("api")
    return try await api.connect { conversation in
      var counts: [Int] = []
      for request in requests {
        let reply = try await conversation.get("/api/spoor/v1/traces/" + request.traceID, from: api)
        counts.append(reply.status == 200 ? try request.count(in: reply.body) : 0)
      }
      return counts
    }
  }

  /// What `status` says.
  func status() async throws -> JSONValue { try JSONValue(parsing: Data(try await get("status").body)) }

  /// What `/metrics` says.
  func metrics() async throws -> Metrics {
    let reply = try await door("api").get("/metrics")
    return try Metrics(parsing: String(decoding: reply.body, as: UTF8.self))
  }

  /// What `/metrics` says in another form.
  func metrics(accept: String) async throws -> HTTPReply {
    try await door("api").get("/metrics", headers: ["Accept: \(accept)"])
  }

  /// What the collector counted under this name since it started.
  func counter(_ name: String) async throws -> Int {
    try await status()["counters"][name].int ?? 0
  }

  /// How many spans the ring holds, of all services.
  func spanCount() async throws -> Int {
    let answer = try await Spoor.run("services", "--server", api, "--format", "json")
    guard answer.exitCode == 0 else { return 0 }
    return try JSONValue(parsing: answer.output)["services"].elements.reduce(0) { $0 + ($1["spans"].int ?? 0) }
  }

  /// UDP tells nobody when a span is there: asks again, each time a new process, until `count` spans are, or gives up.
  func waits(forSpans count: Int, tries: Int = 200) async throws -> Bool {
    for _ in 0..<tries where try await spanCount() >= count { return true }
    return false
  }
}
