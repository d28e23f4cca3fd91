/// The bounds of reading a configuration.
enum ConfigurationLimits {
  /// The longest configuration file, in bytes: a thousand times what all settings take. Past it the file is refused.
  static let fileByteCountMax = 1 << 20
}
