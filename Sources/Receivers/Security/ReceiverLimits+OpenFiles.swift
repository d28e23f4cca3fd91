import CLinux

extension ReceiverLimits {
  /// The usual limits for a process with so many listeners of connections, after raising what it may open at once to
  /// what the system grants: many start with 1,024 files, a quarter of what one full listener takes.
  ///
  /// - Parameter listeners: of connections, whatever they speak; sockets for datagrams open nothing.
  package static func raisingOpenFiles(listeners: Int) -> ReceiverLimits {
    fitting(openFiles: clinux_raise_open_files(), listeners: listeners)
  }

  /// With no more connections a listener than leave files for the ring and the API, which a flood of senders would else
  /// take from them.
  static func fitting(openFiles: Int, listeners: Int) -> ReceiverLimits {
    var limits = ReceiverLimits()
    let forConnections = openFiles - max(openFiles / 4, openFilesKept)
    limits.connectionsMax = min(limits.connectionsMax, max(forConnections / max(listeners, 1), connectionsLeast))
    return limits
  }
}
