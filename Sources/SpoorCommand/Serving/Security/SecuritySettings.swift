import ArgumentParser
import Receivers

/// The files that say who may enter: every listener that can have them, or one.
struct SecuritySettings: Sendable {
  let certificate: Setting<SecurityFile>
  let key: Setting<SecurityFile>
  let clientCA: Setting<SecurityFile>
  let tokens: Setting<SecurityFile>

  static let everywhere = SecuritySettings(prefix: "", isHidden: false)
  static let grpc = SecuritySettings(.grpc)
  static let http = SecuritySettings(.http)
  static let tcp = SecuritySettings(.tcp)
  /// The server that answers questions.
  static let api = SecuritySettings(prefix: "api-", isHidden: true)
  static let zipkin = SecuritySettings(.zipkin)

  private init(_ transport: Transport) {
    self.init(prefix: "\(transport)-", isHidden: true)
  }

  private init(prefix: String, isHidden: Bool) {
    func file(_ key: String, _ purpose: String) -> Setting<SecurityFile> {
      Setting(
        place: SettingPlace("security", prefix + key), purpose: purpose, valueName: "FILE", initial: [],
        initialMeaning: isHidden ? "what \(key) says" : "none", isHidden: isHidden)
    }
    certificate = file("tls-cert", "The certificate chain, in PEM form, with which listeners speak TLS")
    key = file("tls-key", "The private key of the certificate")
    clientCA = file("tls-client-ca", "Only who has a certificate of these authorities may connect: mutual TLS")
    tokens = file("token-file", "Only requests with one of these bearer tokens, one a line, may enter")
  }
}
