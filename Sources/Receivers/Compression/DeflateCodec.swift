import CDeflate

/// What stands around a stream of deflate (RFC 1951), with a checksum of the result.
enum DeflateWrapper {
  /// RFC 1952.
  case gzip
  /// RFC 1950.
  case zlib
}

/// libdeflate's side of gzip and zlib. All its unsafe code stands here.
///
/// libdeflate knows whole members only, twice as fast as zlib's streams, and needs to be told how much space there is.
@safe final class DeflateDecoder {
  private let decompressor: OpaquePointer

  /// Takes 11 KB; nil when there is no memory.
  init?() {
    guard let decompressor = unsafe libdeflate_alloc_decompressor() else { return nil }
    unsafe self.decompressor = decompressor
  }

  deinit { unsafe libdeflate_free_decompressor(decompressor) }

  /// Inflates the first member of `input` to the end of `output`, as at most `byteCountMax` bytes, and compares its
  /// checksum.
  func inflateMember(
    of input: RawSpan, _ wrapper: DeflateWrapper, into output: inout OutputRawSpan, byteCountMax: Int
  ) -> InflatingStep {
    let decompress =
      switch wrapper {
      case .gzip: unsafe libdeflate_gzip_decompress_ex
      case .zlib: unsafe libdeflate_zlib_decompress_ex
      }
    var inputByteCount = 0
    let result = unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { space, initializedCount in
        var outputByteCount = 0
        let result = unsafe decompress(
          decompressor, source.baseAddress, source.count, space.baseAddress.map { unsafe $0 + initializedCount },
          min(space.count - initializedCount, byteCountMax), &inputByteCount, &outputByteCount)
        if result == LIBDEFLATE_SUCCESS { initializedCount += outputByteCount }
        return result
      }
    }
    return switch result {
    case LIBDEFLATE_SUCCESS: .inflated(inputByteCount: inputByteCount)
    case LIBDEFLATE_INSUFFICIENT_SPACE: .outOfSpace
    default: .malformed
    }
  }
}

/// The other way: one member a payload.
@safe final class DeflateEncoder {
  private let compressor: OpaquePointer

  /// Takes some 600 KB; nil when there is no memory.
  /// - Parameter level: 1, fast, to 12, small.
  init?(level: Int32) {
    guard let compressor = unsafe libdeflate_alloc_compressor(level) else { return nil }
    unsafe self.compressor = compressor
  }

  deinit { unsafe libdeflate_free_compressor(compressor) }

  /// The most that `byteCount` bytes can become.
  func byteCountMax(of byteCount: Int) -> Int {
    // zlib's wrapper is the smaller one.
    unsafe libdeflate_gzip_compress_bound(compressor, byteCount)
  }

  /// Answers false, with nothing written, when `output` has less space than `byteCountMax` says.
  func deflate(_ input: RawSpan, _ wrapper: DeflateWrapper, into output: inout OutputRawSpan) -> Bool {
    let compress =
      switch wrapper {
      case .gzip: unsafe libdeflate_gzip_compress
      case .zlib: unsafe libdeflate_zlib_compress
      }
    return unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { space, initializedCount in
        let written = unsafe compress(
          compressor, source.baseAddress, source.count, space.baseAddress.map { unsafe $0 + initializedCount },
          space.count - initializedCount)
        initializedCount += written
        return written > 0
      }
    }
  }
}
