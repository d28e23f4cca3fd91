import Glibc
import RingSimulator

/// Runs random lives of a ring by the thousand and names the seeds that went wrong.
///
///     RingSimulation [--seeds 20000] [--from 1] [--jobs 1]
///     RingSimulation --seed N [--verbose]
struct Arguments: Sendable {
  var seeds: UInt64 = 20_000
  var from: UInt64 = 1
  var jobs: UInt64 = 1
  var seed: UInt64?
  var isVerbose = false

  init?(_ words: ArraySlice<String>) {
    var words = words
    while let word = words.popFirst() {
      if word == "--verbose" {
        isVerbose = true
        continue
      }
      guard let number = words.popFirst().flatMap(UInt64.init) else { return nil }
      switch word {
      case "--seeds": seeds = number
      case "--from": from = number
      case "--jobs": jobs = max(1, min(number, 64))
      case "--seed": seed = number
      default: return nil
      }
    }
  }
}

func simulate(_ seed: UInt64, isVerbose: Bool = false) -> Bool {
  var simulation = Simulation(seed: seed, isVerbose: isVerbose)
  simulation.run()
  for line in simulation.log { print(line) }
  guard let failure = simulation.failure else { return true }
  print("seed \(seed): \(failure)")
  print("replay with: RingSimulation --seed \(seed) --verbose")
  return false
}

guard let arguments = Arguments(CommandLine.arguments.dropFirst()) else {
  print("usage: RingSimulation [--seeds N] [--from N] [--jobs N] | --seed N [--verbose]")
  exit(64)
}
if let seed = arguments.seed {
  exit(simulate(seed, isVerbose: arguments.isVerbose) ? 0 : 1)
}
/// Every `jobs`-th seed, beginning with the `job`-th.
@Sendable func failures(of arguments: Arguments, job: UInt64) -> Int {
  stride(from: arguments.from + job, to: arguments.from + arguments.seeds, by: UInt64.Stride(arguments.jobs))
    .count { !simulate($0) }
}

let failed = await withTaskGroup(of: Int.self) { [arguments] group in
  for job in 0..<arguments.jobs { group.addTask { failures(of: arguments, job: job) } }
  var failed = 0
  for await count in group { failed += count }
  return failed
}
print("\(arguments.seeds) seeds from \(arguments.from): \(failed) failed")
exit(failed == 0 ? 0 : 1)
