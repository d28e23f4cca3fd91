import Configuration
import NIOCore
import SystemPackage
import Yams

/// A YAML file of settings: sections with keys, as `spoor serve --print-config` writes them.
struct ConfigurationFile: Sendable {
  let path: String
  /// Every key that is there, as `section.key`, and the line where it stands, from 1.
  let lines: [String: Int]
  private let snapshot: YAMLSnapshot

  /// - Parameter path: `-` for standard input.
  init(path: String) throws(ConfigurationError) {
    let name = path == "-" ? "standard input" : path
    let bytes: [UInt8]
    do throws(InputError) {
      bytes = try FileDescriptor.readAll(of: path, limit: ConfigurationLimits.fileByteCountMax)
    } catch {
      guard case .tooLarge(let limit) = error else { throw .unreadableFile(path: name, reason: error.description) }
      throw .unreadableFile(path: name, reason: "is larger than \(limit >> 20) MiB")
    }
    try self.init(name: name, bytes: bytes)
  }

  /// - Parameter name: what errors call the file.
  init(name: String, bytes: [UInt8]) throws(ConfigurationError) {
    do {
      path = name
      let root = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self))
      lines = try Self.lines(of: root, in: name)
      // A document of comments alone has no root, which the snapshot would not take.
      let content = ByteBuffer(bytes: root == nil ? Array("{}".utf8) : bytes)
      snapshot = try YAMLSnapshot(data: content.readableBytesSpan, providerName: name, parsingOptions: .default)
    } catch let error as ConfigurationError {
      throw error
    } catch let error as YamlError {
      throw .malformedFile(path: name, line: error.line, problem: error.problem)
    } catch {
      throw .malformedFile(path: name, line: nil, problem: "\(error)")
    }
  }

  /// What the file says of a setting: one value or a list; nothing if the key is not there or has no value.
  func values(of place: SettingPlace) -> [String] {
    let key = AbsoluteConfigKey([place.section, place.key])
    return snapshot.texts(at: key, as: .string) ?? snapshot.texts(at: key, as: .stringArray) ?? []
  }

  /// The place of a setting in the file, for errors.
  func description(of place: SettingPlace) -> String {
    "\(path):\(lines[place.path] ?? 0): \(place.path)"
  }

  private static func lines(of root: Node?, in file: String) throws(ConfigurationError) -> [String: Int] {
    guard let root else { return [:] }
    guard let sections = root.mapping else {
      throw .malformedFile(path: file, line: root.mark?.line, problem: "it holds no sections with keys")
    }
    var lines: [String: Int] = [:]
    for (section, content) in sections {
      let name = section.string ?? ""
      switch content {
      case .mapping(let keys):
        for (key, value) in keys {
          let path = "\(name).\(key.string ?? "")"
          guard value.mapping == nil else {
            throw .malformedFile(path: file, line: value.mark?.line, problem: "\(path) takes a value, no keys")
          }
          lines[path] = key.mark?.line ?? 0
        }
      case .scalar(let scalar) where scalar.string.isEmpty:
        // A section whose keys are all commented out.
        continue
      default:
        lines[name] = section.mark?.line ?? 0
      }
    }
    return lines
  }
}

extension YamlError {
  /// Where it is, from 1.
  fileprivate var line: Int? {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: nil
    }
  }

  /// What it is, in one line.
  fileprivate var problem: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
    case .duplicatedKeysInMapping(let keys, _): "\(keys.sorted().joined(separator: ", ")) is there twice"
    default: description.asOneLine
    }
  }
}
