import TraceModel
import TraceQuery

/// A trace as Jaeger's v1 shows it (jaeger internal/uimodel/model.go). Times are microseconds.
struct JaegerTrace: Encodable {
  var traceID: String
  var spans: [JaegerSpan]
  var processes: [String: JaegerProcess]
  var warnings: [String]

  enum CodingKeys: String, CodingKey {
    case traceID, spans, processes, warnings
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(traceID, forKey: .traceID)
    try container.encode(spans, forKey: .spans)
    try container.encode(processes, forKey: .processes)
    try container.encode(warnings.isEmpty ? nil : warnings, forKey: .warnings)
  }
}

struct JaegerSpan: Encodable {
  var traceID: String
  var spanID: String
  var flags: UInt32
  var operationName: String
  var references: [JaegerReference]
  var startTime: UInt64
  var duration: UInt64
  var tags: [JaegerTag]
  var logs: [JaegerLog]
  var processID: String
  var warnings: [String]

  enum CodingKeys: String, CodingKey {
    case traceID, spanID, flags, operationName, references, startTime, duration, tags, logs, processID, warnings
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(traceID, forKey: .traceID)
    try container.encode(spanID, forKey: .spanID)
    if flags != 0 { try container.encode(flags, forKey: .flags) }
    try container.encode(operationName, forKey: .operationName)
    try container.encode(references, forKey: .references)
    try container.encode(startTime, forKey: .startTime)
    try container.encode(duration, forKey: .duration)
    try container.encode(tags, forKey: .tags)
    try container.encode(logs, forKey: .logs)
    try container.encode(processID, forKey: .processID)
    try container.encode(warnings.isEmpty ? nil : warnings, forKey: .warnings)
  }
}

struct JaegerReference: Encodable, Hashable {
  /// `CHILD_OF` or `FOLLOWS_FROM`.
  var refType: String
  var traceID: String
  var spanID: String
}

struct JaegerLog: Encodable, Hashable {
  var timestamp: UInt64
  var fields: [JaegerTag]
}

struct JaegerProcess: Encodable, Hashable {
  var serviceName: String
  var tags: [JaegerTag]
}
