import ArgumentParser

/// Looks into a ring's folder. Writes nothing and takes no lock, so that it may be one that a collector runs on.
struct RingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ring", abstract: "Looks into the files of a ring.",
    discussion: """
      DIR is the folder that "spoor serve" was given with --data, whether or not a collector runs on it, or a copy of \
      it, on a medium that cannot be written too. Nothing is changed.
      """,
    subcommands: [RingListCommand.self, RingCheckCommand.self, RingDumpCommand.self])
}
