import Collector
import Logging
import ServiceLifecycle

/// Looks at the counters once a second, and logs what is amiss.
struct HealthService: Service {
  let collector: Collector
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var watch = HealthWatch()
      while !Task.isCancelled {
        // Cut short by the end, which is worth a last look.
        do { try await Task.sleep(for: .seconds(1)) } catch {}
        log(watch.lines(collector.counters))
      }
    }
  }

  private func log(_ lines: [HealthWatch.Line]) {
    for line in lines {
      var metadata: Logger.Metadata = line.figures.mapValues { "\($0)" }
      metadata["reason"] = line.reason.map { "\($0)" }
      logger.log(level: line.level, "\(line.message)", metadata: metadata)
    }
  }
}
