import Configuration

extension ConfigSnapshot {
  /// What is there under a key, as people wrote it; empty where they wrote nothing, nil if there is no such key or it
  /// holds something of another type.
  /// - Parameter type: `.string` or `.stringArray`.
  func texts(at key: AbsoluteConfigKey, as type: ConfigType) -> [String]? {
    do {
      switch try value(forKey: key, type: type).value?.content {
      case .string(let text): return text.isEmpty ? [] : [text]
      case .stringArray(let list): return list.filter { !$0.isEmpty }
      default: return nil
      }
    } catch {
      // What a snapshot throws is that the type is another one.
      return nil
    }
  }
}
