import Receivers
import Testing

@Suite struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1:4318", "127.0.0.1", 4318), ("localhost:0", "localhost", 0), ("[::1]:4317", "::1", 4317),
    (":4318", "", 4318), ("[::]:65535", "::", 65_535),
  ])
  func `HOST:PORT is read and written back`(text: String, host: String, port: Int) throws {
    let address = try #require(ListenAddress(parsing: text))
    #expect(address == ListenAddress(host: host, port: port))
    #expect(address.description == text)
  }

  @Test(arguments: [
    "", ":", "4318", "localhost", "localhost:", "localhost:x", "localhost:-1", "localhost:+1", "localhost:65536",
    "localhost:000001", "::1:4317", "[::1]", "[::1]4317", "[]:1", "[localhost]:1", "a b:1", "http://localhost:4318",
    "localhost:٣",
  ])
  func `other text is no address`(text: String) {
    #expect(ListenAddress(parsing: text) == nil)
  }

  @Test(arguments: [
    ("unix:/run/spoor.sock", "/run/spoor.sock"), ("unix:spoor.sock", "spoor.sock"),
    ("unix:///run/spoor.sock", "/run/spoor.sock"),
  ])
  func `the path of a Unix socket is read and written back`(text: String, path: String) throws {
    let address = try #require(ListenAddress(parsing: text))
    #expect(address == ListenAddress(unixPath: path))
    #expect(address.description == "unix:\(path)")
    #expect(ListenAddress(parsing: address.description) == address)
  }

  @Test(arguments: ["unix:", "unix://", "unix:/run/", "unix:/a,unix:/b", "unix:/a\0b", "UNIX:/run/spoor.sock"])
  func `a path that no socket can have is no address`(text: String) {
    #expect(ListenAddress(parsing: text) == nil)
  }
}
