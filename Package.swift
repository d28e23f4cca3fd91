// swift-tools-version: 6.2
import PackageDescription

/// How every Swift target of the house is compiled.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]

/// The rooms stand in the order in which data walks through them.
let package = Package(
  name: "spoor",
  products: [
    .executable(name: "spoor", targets: ["SpoorCommand"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", exact: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: ["YAML"]),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: [
    // The nouns.
    .target(name: "TraceModel", swiftSettings: house),

    // C: system libraries, system calls, checksums, and what protoc-c wrote.
    .systemLibrary(name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    // By name: RE2's pkg-config file asks for -pthread, which the package manager refuses.
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
    .target(name: "COTLP", dependencies: ["CProtobufC"], publicHeadersPath: "."),
    .target(name: "CLinux"),
    .target(name: "CChecksum"),

    // The way in.
    .target(
      name: "Receivers",
      dependencies: [
        "TraceModel", "CLinux", "CDeflate", "CZstd",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: house),
    .target(name: "OTLPCodec", dependencies: ["TraceModel", "COTLP"], swiftSettings: house),
    .target(name: "RingStore", dependencies: ["TraceModel", "CChecksum"], swiftSettings: house),
    .target(
      name: "Collector",
      dependencies: [
        "TraceModel", "Receivers", "OTLPCodec", "RingStore",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
      ], swiftSettings: house),

    // The way out.
    .target(name: "TraceLinking", dependencies: ["TraceModel"], swiftSettings: house),
    .target(
      name: "TraceQuery", dependencies: ["TraceModel", "RingStore", "TraceLinking", "CRE2"], swiftSettings: house),
    .target(name: "Rendering", dependencies: ["TraceModel"], swiftSettings: house),
    .target(
      name: "QueryAPI",
      dependencies: [
        "TraceModel", "TraceQuery", "Rendering", "OTLPCodec",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], swiftSettings: house),

    // The command line.
    .executableTarget(
      name: "SpoorCommand",
      dependencies: [
        "TraceModel", "Receivers", "OTLPCodec", "RingStore", "Collector", "TraceLinking", "TraceQuery", "Rendering",
        "QueryAPI",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: house),

    // One folder of tests a room, and the whole program from outside.
    .target(
      name: "TestCertificates",
      dependencies: [
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], path: "Tests/TestCertificates", swiftSettings: house),
    .testTarget(name: "TraceModelTests", dependencies: ["TraceModel"], swiftSettings: house),
    .testTarget(
      name: "ReceiversTests",
      dependencies: [
        "TraceModel", "Receivers", "CDeflate", "CZstd", "TestCertificates",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], exclude: ["Corpus"], swiftSettings: house),
    .testTarget(
      name: "OTLPCodecTests", dependencies: ["TraceModel", "COTLP", "OTLPCodec"],
      exclude: ["Corpus", "compare_proto.py", "interop.py"], swiftSettings: house),
    .target(
      name: "RingSimulator", dependencies: ["TraceModel", "RingStore"], path: "Tests/RingSimulator",
      swiftSettings: house),
    .executableTarget(
      name: "RingSimulation", dependencies: ["RingSimulator"], path: "Tests/RingSimulation", swiftSettings: house),
    .testTarget(
      name: "RingStoreTests", dependencies: ["TraceModel", "RingStore", "RingSimulator", "CChecksum"],
      exclude: ["Golden"], swiftSettings: house),
    .executableTarget(
      name: "RingBenchmark",
      dependencies: [
        "TraceModel", "Receivers", "OTLPCodec", "RingStore", "TraceLinking", "TraceQuery",
        "CChecksum",
        .product(name: "NIOCore", package: "swift-nio"),
      ], path: "Tests/RingBenchmark", swiftSettings: house),
    .testTarget(
      name: "CollectorTests",
      dependencies: [
        "TraceModel", "Receivers", "OTLPCodec", "RingStore", "Collector",
        .product(name: "NIOCore", package: "swift-nio"),
      ], swiftSettings: house),
    .testTarget(name: "TraceLinkingTests", dependencies: ["TraceModel", "TraceLinking"], swiftSettings: house),
    .testTarget(
      name: "TraceQueryTests",
      dependencies: ["TraceModel", "RingStore", "RingSimulator", "TraceLinking", "TraceQuery"],
      exclude: ["TraceQL/Queries.txt", "TraceQL/Mistakes.txt"], swiftSettings: house),
    .testTarget(
      name: "RenderingTests", dependencies: ["TraceModel", "Rendering"], exclude: ["Golden"], swiftSettings: house),
    .testTarget(
      name: "QueryAPITests",
      dependencies: [
        "TraceModel", "OTLPCodec", "RingStore", "TraceLinking", "TraceQuery", "QueryAPI",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], exclude: ["Golden"], swiftSettings: house),
    .testTarget(
      name: "SpoorCommandTests",
      dependencies: [
        "TraceModel", "Receivers", "OTLPCodec", "Collector", "Rendering", "SpoorCommand", "TestCertificates",
        "TraceQuery",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], exclude: ["Golden"], swiftSettings: house),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "SpoorCommand", "TestCertificates",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], exclude: ["Services"], swiftSettings: house),
  ],
  cxxLanguageStandard: .cxx17
)
