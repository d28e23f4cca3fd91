import CLinux
import FoundationEssentials
import Glibc
import Rendering
import SystemPackage

/// Standard output and error.
enum Console {
  @discardableResult
  static func write(_ text: String) throws -> Bool {
    try write(Array(text.utf8))
  }

  /// - Returns: false if whoever reads has seen enough, as in `spoor trace … | head`, and nothing more need be written.
  @discardableResult
  static func write(_ bytes: [UInt8]) throws -> Bool {
    do {
      _ = try FileDescriptor.standardOutput.writeAll(bytes)
      return true
    } catch Errno.brokenPipe {
      return false
    } catch {
      throw CommandFailure(message: "cannot write to standard output: \(error)", exitCode: 2)
    }
  }

  /// Writes to a file, replacing what it held.
  static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate], permissions: FilePermissions(rawValue: 0o644))
      _ = try file.closeAfter { try file.writeAll(bytes) }
    } catch {
      throw CommandFailure(message: "cannot write \(path): \(error)", exitCode: 2)
    }
  }

  static func warn(_ message: String) {
    note("spoor: \(message)")
  }

  /// A line on standard error. That it cannot be written is nothing that anybody could be told.
  static func note(_ line: String) {
    _ = try? FileDescriptor.standardError.writeAll(Array("\(line)\n".utf8))
  }

  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Colour on a terminal, unless NO_COLOR (https://no-color.org) is set.
  static var style: TextStyle {
    let noColor = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
    return isTerminal && noColor.isEmpty ? .ansi : .plain
  }

  /// The terminal's width in columns, or COLUMNS, or 100.
  static var width: Int {
    let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }
    let width = columns ?? (isTerminal ? Int(clinux_terminal_columns(STDOUT_FILENO)) : 0)
    return width >= 40 ? min(width, 1000) : 100
  }
}
