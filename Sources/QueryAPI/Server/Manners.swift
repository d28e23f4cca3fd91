import HTTPTypes
import Hummingbird
import Logging

/// What holds for every door: who may ask, how long a request may be, which paths and methods there are, and how answers
/// go out. The routes behind it see only requests that are theirs.
struct Manners: HTTPResponder {
  typealias Context = BasicRequestContext

  private let routes: RouteTable
  private let router: RouterResponder<BasicRequestContext>
  private let policy: APIPolicy
  private let doors: Doors
  private let crossOrigin: CrossOrigin
  private let compressor: Compressor

  init(_ router: Router<BasicRequestContext>, policy: APIPolicy, doors: Doors) {
    routes = RouteTable(router)
    self.router = router.buildResponder()
    self.policy = policy
    self.doors = doors
    crossOrigin = CrossOrigin(allows: policy.allowsOrigin)
    compressor = Compressor(policy.gzip)
  }

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    var response: Response
    do {
      response = try await admitted(request, context)
      response = try await compressor.compressed(response, for: request)
    } catch let error as APIError {
      response = try doors.shape(of: request.uri.path).answer(error)
    } catch let error as any HTTPResponseError {
      response = try error.response(from: request, context: context)
    } catch is CancellationError {
      response = try doors.shape(of: request.uri.path).answer(APIError(.serviceUnavailable, "the server is stopping"))
    } catch {
      // What it is, is for the log; the asker could do nothing with it.
      context.logger.error("\(request.method) \(request.uri.path): \(error)")
      response = try doors.shape(of: request.uri.path).answer(
        APIError(.internalServerError, "the question failed; the collector's log says why"))
    }
    crossOrigin.mark(&response, to: request)
    if request.method == .head { response = response.createHeadResponse() }
    return response
  }

  private func admitted(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    guard request.uri.string.utf8.count <= APILimits.urlByteCountMax else {
      throw APIError(.uriTooLong, "the URL is longer than \(APILimits.urlByteCountMax) bytes")
    }
    if let response = try crossOrigin.preflight(request) { return response }
    // Whoever watches whether we are there has no token.
    if request.uri.path != "/ready", let refusal = policy.refusal(request.headers[.authorization]) {
      throw APIError(.unauthorized, refusal.message, headers: [.wwwAuthenticate: refusal.challenge])
    }
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > APILimits.bodyByteCountMax {
      throw APIError(.contentTooLarge, "the body is longer than \(APILimits.bodyByteCountMax) bytes")
    }
    let methods = routes.methods(of: request.uri.path)
    guard !methods.isEmpty else {
      throw APIError(.notFound, "there is nothing at this path; /api/spoor/v1 lists the routes")
    }
    let allow = methods.map(\.rawValue).joined(separator: ", ")
    if request.method == .options { return Response(status: .noContent, headers: [.allow: "\(allow), OPTIONS"]) }
    guard methods.contains(request.method) else {
      throw APIError(
        .methodNotAllowed, "this path takes \(allow), not \(request.method.rawValue.prefix(16))",
        headers: [.allow: "\(allow), OPTIONS"])
    }
    return try await router.respond(to: Self.plain(request), context: context)
  }

  /// A HEAD as the GET that it asks about, and `+` in the query as the space that forms write it for: the router's own
  /// decoding knows `%20` alone.
  private static func plain(_ request: Request) -> Request {
    var head = request.head
    if head.method == .head { head.method = .get }
    if let path = head.path, let mark = path.firstIndex(of: "?"), path[mark...].utf8.contains(UInt8(ascii: "+")) {
      head.path = String(path[..<mark]) + path[mark...].replacing("+", with: "%20")
    }
    return head == request.head ? request : Request(head: head, body: request.body)
  }
}
