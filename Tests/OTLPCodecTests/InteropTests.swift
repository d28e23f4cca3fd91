import OTLPCodec
import Testing
import TraceModel

/// Against the Python package opentelemetry-proto, which knows nothing of us.
@Suite struct InteropTests {
  @Test func `what Python packs is what we see`() throws {
    let run = try Python.run("interop.py", ["pack"])
    try #require(run.status == 0, "\(run.errors)")
    #expect(try [UInt8](run.output).decodedSpans() == Examples.rich)
  }

  @Test func `what we pack is what Python sees`() throws {
    let run = try Python.run("interop.py", ["compare"], input: RequestEncoder.encode(Examples.rich))
    #expect(run.status == 0, "\(run.text)\(run.errors)")
    let wrong = try Python.run("interop.py", ["compare"], input: RequestEncoder.encode(Array(Examples.rich.dropLast())))
    #expect(wrong.status == 1)
  }

  @Test func `what Python writes as JSON is what we see, and back`() throws {
    let run = try Python.run("interop.py", ["json"])
    try #require(run.status == 0, "\(run.errors)")
    let decoded = try OTLPJSON.decode([UInt8](run.output))
    #expect(try decoded.batch.spans() == Examples.rich)
    let back = try Python.run("interop.py", ["compare-json"], input: OTLPJSON.encode(Examples.rich))
    #expect(back.status == 0, "\(back.text)\(back.errors)")
  }

  @Test func `Python reads our answers`() throws {
    let answer = ExportResponse.encode(rejectedSpans: 3, message: "no ID")
    let run = try Python.run("interop.py", ["answer"], input: answer)
    #expect(run.status == 0 && run.text == "3 no ID\n", "\(run.errors)")
  }
}
