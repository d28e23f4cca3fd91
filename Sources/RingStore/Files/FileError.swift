/// What the operating system refused.
package struct FileError: Error, Equatable, Sendable {
  /// As in errno(3).
  package var code: Int32
  package var operation: Operation
  package var path: String

  package init(_ code: Int32, during operation: Operation, _ path: String) {
    self.code = code
    self.operation = operation
    self.path = path
  }

  package enum Operation: String, Sendable {
    case createDirectory = "making"
    case list = "listing"
    case open = "opening"
    case rename = "renaming"
    case remove = "removing"
    case lock = "locking"
    case freeSpace = "asking for the free space"
    case size = "asking for the size"
    case read = "reading"
    case write = "writing"
    case sync = "syncing"
    case allocate = "reserving space"
  }
}
