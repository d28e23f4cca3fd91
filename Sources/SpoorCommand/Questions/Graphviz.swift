import Subprocess

/// Graphviz's `dot`, which lays pictures out: a child process, because a dense graph can take it hours and a process
/// can be stopped.
enum Graphviz {
  private static let secondsMax = 60
  private static let pictureByteCountMax = 256 << 20
  private static let pngInchesMax = 80
  private static let pngDotsPerInch = 144

  private struct Drawing {
    var status: TerminationStatus
    var picture: [UInt8]
    var complaint: String
  }

  /// - Parameter format: one of `dot -T…`. A `png` has no side of more than 11,520 pixels, as Graphviz holds all of them in
  ///   memory; a larger map is drawn smaller.
  static func draw(_ text: String, as format: String) async throws -> [UInt8] {
    let size =
      format == "png"
      ? ["-Gdpi=\(pngDotsPerInch)", "-Gsize=\(pngInchesMax),\(pngInchesMax)"] : ["-Gdpi=72"]
    let result: Drawing?
    do {
      result = try await withThrowingTaskGroup(of: Drawing?.self) { group in
        group.addTask {
          let run = try await Subprocess.run(
            .name("dot"), arguments: Arguments(["-T\(format)"] + size), input: .string(text),
            output: .bytes(limit: pictureByteCountMax), error: .string(limit: 1 << 16))
          return Drawing(
            status: run.terminationStatus, picture: run.standardOutput, complaint: run.standardError)
        }
        group.addTask {
          try await Task.sleep(for: .seconds(secondsMax))
          return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
      }
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      throw CommandFailure(
        message: "the picture is larger than \(pictureByteCountMax >> 20) MiB; take a smaller window, or --format dot",
        exitCode: 2)
    } catch {
      throw CommandFailure(
        message: "cannot run Graphviz's \"dot\" (\(error)): install the package graphviz, "
          + "or take --format dot or json, which need none", exitCode: 2)
    }
    guard let result else {
      throw CommandFailure(
        message: "Graphviz took more than \(secondsMax) s to lay the map out; take a smaller window, or --format dot",
        exitCode: 2)
    }
    guard result.status.isSuccess else {
      throw CommandFailure(message: "Graphviz could not draw the map: \(result.complaint)", exitCode: 2)
    }
    return result.picture
  }
}
