import Subprocess
import SystemPackage

/// A certificate authority of one test. The openssl program makes its keys and certificates when the test runs, in the
/// test's folder; they are good for two days.
package struct TestAuthority: Sendable {
  /// A certificate and its key, in PEM form.
  package struct Pair: Hashable, Sendable {
    package var certificateFile: String
    package var keyFile: String
  }

  package let certificateFile: String
  private let folder: String
  private let name: String

  /// - Parameter name: of the authority and its files.
  package init(_ name: String, in folder: String) async throws {
    self.folder = folder
    self.name = name
    certificateFile = "\(folder)/\(name).pem"
    // The system's own configuration would add extensions.
    let configuration = try FileDescriptor.open(
      FilePath("\(folder)/openssl.cnf"), .writeOnly, options: [.create, .truncate],
      permissions: FilePermissions(rawValue: 0o644))
    try configuration.closeAfter {
      _ = try configuration.writeAll(Array("[req]\ndistinguished_name=name\n[name]\n".utf8))
    }
    try await openssl(
      name, ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"])
  }

  /// A pair for `localhost` and `127.0.0.1`.
  /// - Parameter file: what its files are called; a pair that is there already is replaced.
  package func issue(_ file: String) async throws -> Pair {
    try await openssl(
      file,
      [
        "-CA", certificateFile, "-CAkey", "\(folder)/\(name).key", "-addext", "basicConstraints=critical,CA:FALSE",
        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
      ])
    return Pair(certificateFile: "\(folder)/\(file).pem", keyFile: "\(folder)/\(file).key")
  }

  private func openssl(_ file: String, _ more: [String]) async throws {
    let key = [
      "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "\(folder)/\(file).key",
    ]
    let arguments =
      ["req", "-x509", "-config", "\(folder)/openssl.cnf", "-days", "2", "-subj", "/CN=\(file)"] + key
      + ["-out", "\(folder)/\(file).pem"] + more
    let run = try await Subprocess.run(
      .name("openssl"), arguments: Arguments(arguments), output: .discarded, error: .string(limit: 1 << 16))
    guard run.terminationStatus.isSuccess else { throw Failure(arguments: arguments, errors: run.standardError) }
  }

  package struct Failure: Error {
    package var arguments: [String]
    package var errors: String
  }
}
