import Rendering
import Synchronization

/// Has a bounded number of maps laid out at once.
final class Drawings: Sendable {
  private let draw: MapPicture.Draw?
  private let underWay = Atomic(0)

  init(_ draw: MapPicture.Draw?) {
    self.draw = draw
  }

  func bytes(of picture: MapPicture, _ format: MapFormat) async throws(APIError) -> [UInt8] {
    do {
      return try await picture.bytes(as: format) { [self] dot, format in try await drawn(dot, format) }
    } catch let error as APIError {
      throw error
    } catch {
      throw APIError(.serviceUnavailable, "format: \(error)")
    }
  }

  private func drawn(_ dot: String, _ format: String) async throws -> [UInt8] {
    guard let draw else { throw APIError(.notImplemented, "format: this server draws no \(format); take dot") }
    defer { underWay.subtract(1, ordering: .relaxed) }
    guard underWay.add(1, ordering: .relaxed).newValue <= APILimits.drawingsMax else {
      throw APIError(.serviceUnavailable, "too many pictures at once; try again in a second, or take format=dot")
    }
    return try await draw(dot, format)
  }
}
