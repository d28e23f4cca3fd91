import CZstd

/// libzstd's side of zstd (RFC 8878). All its unsafe code stands here.
///
/// Frames are inflated whole, so that the output is their window: a frame that asks for a large one costs no memory.
@safe final class ZstdDecoder {
  private let context: OpaquePointer

  /// Takes 160 KB; nil when there is no memory.
  init?() {
    guard let context = unsafe ZSTD_createDCtx() else { return nil }
    unsafe self.context = context
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  /// What the first frame of `input` says of its content's length, if it does. It may lie.
  static func contentByteCount(of input: RawSpan) -> UInt64? {
    let byteCount = unsafe input.withUnsafeBytes { unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
    // The two largest numbers say "unknown" and "not a frame".
    return byteCount < UInt64.max - 1 ? byteCount : nil
  }

  /// Inflates the first frame of `input` to the end of `output`, as at most `byteCountMax` bytes. Skippable frames are
  /// empty, and frames that need a dictionary malformed: there is none.
  func inflateFrame(of input: RawSpan, into output: inout OutputRawSpan, byteCountMax: Int) -> InflatingStep {
    // Else libzstd would take the formats from before RFC 8878 too.
    guard input.byteCount >= 4 else { return .malformed }
    let magic = unsafe input.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self).littleEndian
    guard magic == ZSTD_MAGICNUMBER || magic & ZSTD_MAGIC_SKIPPABLE_MASK == ZSTD_MAGIC_SKIPPABLE_START else {
      return .malformed
    }
    return unsafe input.withUnsafeBytes { source in
      let frameByteCount = unsafe ZSTD_findFrameCompressedSize(source.baseAddress, source.count)
      guard ZSTD_isError(frameByteCount) == 0 else { return .malformed }
      return unsafe output.withUnsafeMutableBytes { space, initializedCount in
        let written = unsafe ZSTD_decompressDCtx(
          context, space.baseAddress.map { unsafe $0 + initializedCount },
          min(space.count - initializedCount, byteCountMax), source.baseAddress, frameByteCount)
        switch ZSTD_getErrorCode(written) {
        case ZSTD_error_no_error:
          initializedCount += written
          return .inflated(inputByteCount: frameByteCount)
        case ZSTD_error_dstSize_tooSmall: return .outOfSpace
        default: return .malformed
        }
      }
    }
  }
}

/// The other way: one frame a payload.
@safe final class ZstdEncoder {
  private let context: OpaquePointer
  private let level: Int32

  /// Takes some MB with its first payload; nil when there is no memory.
  /// - Parameter level: 1, fast, to 19, small.
  init?(level: Int32) {
    guard let context = unsafe ZSTD_createCCtx() else { return nil }
    unsafe self.context = context
    self.level = level
  }

  deinit { unsafe ZSTD_freeCCtx(context) }

  /// The most that `byteCount` bytes can become.
  func byteCountMax(of byteCount: Int) -> Int { ZSTD_compressBound(byteCount) }

  /// Answers false, with nothing written, when `output` has less space than `byteCountMax` says.
  func deflate(_ input: RawSpan, into output: inout OutputRawSpan) -> Bool {
    unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { space, initializedCount in
        let written = unsafe ZSTD_compressCCtx(
          context, space.baseAddress.map { unsafe $0 + initializedCount }, space.count - initializedCount,
          source.baseAddress, source.count, level)
        guard ZSTD_isError(written) == 0 else { return false }
        initializedCount += written
        return true
      }
    }
  }
}
