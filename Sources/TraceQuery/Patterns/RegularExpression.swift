import CRE2

/// A regular expression in the dialect of Go's `regexp`, which those who come from Tempo and Prometheus write: RE2 reads
/// and matches it (https://github.com/google/re2/wiki/Syntax).
///
/// It matches whole texts, as in TraceQL and PromQL; `.` matches line ends too. Time to match grows with the text's length
/// alone, whatever the pattern is: there is no backtracking. Many threads may match with one at once.
@safe package final class RegularExpression: Sendable {
  /// As it was written.
  package let pattern: String
  // RE2's constant methods are safe from many threads; it guards its caches itself.
  private nonisolated(unsafe) let compiled: OpaquePointer

  /// - Throws: if the pattern cannot be read, is longer than `QueryLimits.patternBytesMax`, or would take more memory than
  ///   `QueryLimits.patternMemoryMax`.
  package init(_ pattern: String) throws(RegularExpressionError) {
    guard pattern.utf8.count <= QueryLimits.patternBytesMax else {
      throw RegularExpressionError("it has more than \(QueryLimits.patternBytesMax) bytes")
    }
    var text = Array(pattern.utf8)
    // Room that an empty pattern would not have.
    text.append(0)
    var error = [CChar](repeating: 0, count: Self.errorBytesMax)
    let opened = unsafe text.withUnsafeBytes { text in
      unsafe error.withUnsafeMutableBufferPointer { error in
        unsafe cre2_open(
          text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count - 1, QueryLimits.patternMemoryMax,
          error.baseAddress, error.count)
      }
    }
    guard let opened = unsafe opened else {
      throw RegularExpressionError(
        String(decoding: error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    self.pattern = pattern
    unsafe compiled = opened
  }

  deinit { unsafe cre2_close(compiled) }

  private static let errorBytesMax = 512

  /// Whether it matches all of the text.
  package func matches(_ text: String) -> Bool {
    if let found = unsafe text.utf8.withContiguousStorageIfAvailable({ unsafe matches(UnsafeRawBufferPointer($0)) }) {
      return found
    }
    return matches(Array(text.utf8)[...])
  }

  /// Whether it matches all of some UTF-8, which is not copied. Bytes that are no UTF-8 match nothing.
  package func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe matches($0) }
  }

  private func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    unsafe cre2_matches(compiled, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
  }
}

extension RegularExpression: Hashable {
  package static func == (left: RegularExpression, right: RegularExpression) -> Bool { left.pattern == right.pattern }
  package func hash(into hasher: inout Hasher) { hasher.combine(pattern) }
}

/// Why something is no regular expression that can be matched.
package struct RegularExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
