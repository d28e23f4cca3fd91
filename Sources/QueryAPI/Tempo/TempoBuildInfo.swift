/// What `/api/status/buildinfo` answers. Grafana takes from the version what it may ask for: this one has TraceQL, its
/// metrics, scoped tags and instant metrics, but no streaming over gRPC.
struct TempoBuildInfo: Encodable {
  let version = "2.8.0"
  let revision = "spoor"
  let branch = ""
  let buildDate = ""
  let buildUser = ""
  let goVersion = ""
}
