import FoundationEssentials
import Glibc
import Rendering
import SystemPackage

/// What this process takes of the machine, under the names that Prometheus's own client libraries use. What the system
/// does not tell is left out.
struct ProcessFigures: Hashable, Sendable {
  var cpuSeconds: Double?
  var residentByteCount: Double?
  var openFiles: Double?
  /// Unix seconds.
  var startTime: Double?

  var families: [MetricFamily] {
    [
      MetricFamily(
        .counter, "process_cpu_seconds_total", "Time of the processors, of user and system.", samples(cpuSeconds)),
      MetricFamily(.gauge, "process_resident_memory_bytes", "Memory in use.", samples(residentByteCount)),
      MetricFamily(.gauge, "process_open_fds", "Open files and sockets.", samples(openFiles)),
      MetricFamily(.gauge, "process_start_time_seconds", "When the process started.", samples(startTime)),
    ]
  }

  private func samples(_ value: Double?) -> [MetricFamily.Sample] { value.map { [MetricFamily.Sample($0)] } ?? [] }
}

extension ProcessFigures {
  /// Of this process, right now, as proc(5) tells.
  static var current: ProcessFigures {
    ProcessFigures(
      stat: text("/proc/self/stat"), statm: text("/proc/self/statm"), systemStat: text("/proc/stat"),
      openFiles: count(inFolder: "/proc/self/fd"), ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
      pageByteCount: Double(sysconf(Int32(_SC_PAGESIZE))))
  }

  /// - Parameters:
  ///   - stat: `/proc/self/stat`; the program's name stands in brackets there and may hold anything.
  ///   - systemStat: `/proc/stat`, which has the time of the system's start.
  init(
    stat: String, statm: String, systemStat: String, openFiles: Double?, ticksPerSecond: Double, pageByteCount: Double
  ) {
    // From the third field on, as proc(5) counts them.
    let fields = stat[(stat.lastIndex(of: ")").map { stat.index(after: $0) } ?? stat.endIndex)...].split(separator: " ")
    func ticks(_ number: Int) -> Double? {
      fields.indices.contains(number - 3) ? Double(fields[number - 3]).map { $0 / ticksPerSecond } : nil
    }
    if let user = ticks(14), let system = ticks(15) { cpuSeconds = user + system }
    residentByteCount = statm.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 * pageByteCount }
    self.openFiles = openFiles
    let systemStart = systemStat.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap {
      Double($0.dropFirst("btime ".count))
    }
    if let systemStart, let afterStart = ticks(22) { startTime = systemStart + afterStart }
  }

  /// `/proc/stat` grows with the processors; 1 MiB is enough for thousands.
  private static let byteCountMax = 1 << 20

  private static func text(_ path: String) -> String {
    // A machine may hide these; then what they say is left out.
    do { return String(decoding: try FileDescriptor.readAll(of: path, limit: byteCountMax), as: UTF8.self) } catch {
      return ""
    }
  }

  private static func count(inFolder path: String) -> Double? {
    do { return Double(try FileManager.default.contentsOfDirectory(atPath: path).count) } catch { return nil }
  }
}
