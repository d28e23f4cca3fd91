import ArgumentParser

enum RingFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}
