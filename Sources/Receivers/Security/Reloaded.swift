import NIOCore
import Synchronization

/// What is made of a few files, and is made again when they change.
///
/// Files are compared by their content, not by their times: they are small, and secrets that are swapped through a
/// symbolic link or written back with an old time are seen too. This reads them on the event loop that asks, some ten
/// microseconds once a second at most.
final class Reloaded<Value: Sendable>: Sendable {
  private struct State {
    var value: Value
    var contents: [[UInt8]]
    /// What is wrong with the files as they are now; the value is then that of the files as they were.
    var problem: ReceiverError?
    var checkedAt: NIODeadline
  }

  private let files: [String]
  private let read: @Sendable (String) throws(ReceiverError) -> [UInt8]
  private let make: @Sendable ([[UInt8]]) throws(ReceiverError) -> Value
  private let now: @Sendable () -> NIODeadline
  private let onNotice: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - make: makes the value of the files' contents, in the order of the files.
  ///   - onNotice: is told in one line when another value comes into force, and once when a change has no value.
  init(
    _ files: [String], read: @escaping @Sendable (String) throws(ReceiverError) -> [UInt8],
    now: @escaping @Sendable () -> NIODeadline, onNotice: @escaping @Sendable (String) -> Void,
    make: @escaping @Sendable ([[UInt8]]) throws(ReceiverError) -> Value
  ) throws(ReceiverError) {
    (self.files, self.read, self.now, self.onNotice, self.make) = (files, read, now, onNotice, make)
    var contents: [[UInt8]] = []
    for file in files { contents.append(try read(file)) }
    state = Mutex(State(value: try make(contents), contents: contents, checkedAt: now()))
  }

  /// The value of the files as they are, or were when they last had one.
  var current: Value {
    let now = now()
    let (value, contents) = state.withLock { state -> (Value, [[UInt8]]?) in
      guard now - state.checkedAt >= ReceiverLimits.securityCheckInterval else { return (state.value, nil) }
      // Set before the files are read, so that other event loops go on with what there is.
      state.checkedAt = now
      return (state.value, state.contents)
    }
    guard let contents else { return value }
    return changed(from: contents) ?? value
  }

  /// The value of the files if they have changed and have one.
  private func changed(from known: [[UInt8]]) -> Value? {
    do throws(ReceiverError) {
      var contents: [[UInt8]] = []
      for file in files { contents.append(try read(file)) }
      if contents == known {
        state.withLock { $0.problem = nil }
        return nil
      }
      let value = try make(contents)
      state.withLock { state in
        (state.value, state.contents, state.problem) = (value, contents, nil)
      }
      onNotice("\(files.joined(separator: ", ")) changed and is in force")
      return value
    } catch {
      let isNew = state.withLock { state in
        defer { state.problem = error }
        return state.problem != error
      }
      if isNew { onNotice("\(error); what was read before stays in force") }
      return nil
    }
  }
}
