import Hummingbird

/// What tells of Spoor's own routes: an index for people, and OpenAPI for programs.
struct DescriptionRoutes: Sendable {
  func add(to router: Router<BasicRequestContext>) {
    router.get("api/spoor/v1") { _, _ in Response(text: DescribedRoute.index(DescribedRoute.own)) }
    router.get("api/spoor/v1/openapi.json") { _, _ in try Response(json: OpenAPIPage(DescribedRoute.own)) }
  }
}
