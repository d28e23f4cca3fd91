// swift-tools-version: 6.2
import PackageDescription

/// How every Swift target of the house is compiled.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "spoor",
  targets: [
    .target(name: "TraceModel", swiftSettings: house)
  ]
)
