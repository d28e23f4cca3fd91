/// What is worth knowing of a resource or scope beside itself, found out once: comparing two of them is cheap when they
/// share their storage, encoding them is not.
package struct EntryMark: Sendable {
  let hash: UInt64
  /// What the entry takes as bytes, with its length in front.
  package let byteCount: Int

  package init(of resource: Resource) {
    var writer = ByteWriter()
    resource.encode(into: &writer)
    self.init(of: writer.bytes)
  }

  package init(of scope: InstrumentationScope) {
    var writer = ByteWriter()
    scope.encode(into: &writer)
    self.init(of: writer.bytes)
  }

  private init(of bytes: [UInt8]) {
    hash = EntryHash.of(bytes)
    byteCount = Self.byteCount(bytes.count)
  }

  /// What an entry of so many bytes takes with its length in front.
  static func byteCount(_ count: Int) -> Int { count + 5 }
}
