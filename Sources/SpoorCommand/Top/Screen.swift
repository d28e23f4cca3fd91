import CLinux
import Glibc
import NIOPosix
import Rendering
import SystemPackage

/// The terminal, taken for a picture that changes. However the program ends but by SIGKILL, it comes back as it was.
enum Screen {
  /// How long a wait for a key may last, so that a changed size is noticed and an end is not waited for.
  private static let waitMilliseconds: Int32 = 200
  private static let suspendByte: Int32 = 0x1a

  enum Event: Sendable {
    case key(TopView.Key)
    /// The size changed, or the program goes on after a stop.
    case drawAgain
    /// No more keys will come.
    case gone
  }

  static var hasKeys: Bool { isatty(STDIN_FILENO) == 1 }

  static func take() throws {
    let error = -clinux_terminal_take(STDIN_FILENO, STDOUT_FILENO)
    if error != 0 {
      throw CommandFailure(message: "cannot use the terminal: \(Errno(rawValue: error)); try --once", exitCode: 2)
    }
  }

  static func giveBack() { clinux_terminal_give_back() }

  /// Columns and lines; those of the smallest screen in use where the terminal does not say.
  static var size: (columns: Int, lines: Int) {
    let lines = Int(clinux_terminal_rows(STDOUT_FILENO))
    return (Console.width, lines > 0 ? lines : 24)
  }

  /// Overwrites what is shown.
  static func show(_ frame: TopFrame) throws {
    let lines = frame.lines.joined(separator: "\u{1b}[K\r\n")
    // In one write, from the top; what is left of the last picture goes.
    try Console.write("\u{1b}[H\(lines)\u{1b}[K\u{1b}[J")
  }

  /// Keys as they come, until the task is cancelled.
  static func watch(_ tell: @escaping @Sendable (Event) -> Void) async throws {
    var decoder = KeyDecoder()
    var size = size
    while !Task.isCancelled {
      let byte = try await NIOThreadPool.singleton.runIfActive {
        clinux_terminal_read(STDIN_FILENO, waitMilliseconds)
      }
      if byte == -2 { return tell(.gone) }
      if byte == suspendByte {
        clinux_terminal_suspend()
        tell(.drawAgain)
      } else if byte >= 0, let key = decoder.decode(UInt8(byte)) {
        tell(.key(key))
      }
      if self.size != size {
        size = self.size
        tell(.drawAgain)
      }
    }
  }
}
