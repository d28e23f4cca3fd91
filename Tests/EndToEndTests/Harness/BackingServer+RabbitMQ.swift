import Foundation

extension BackingServer {
  /// RabbitMQ, and the registrar of node names that Erlang wants (epmd), which would stay behind if RabbitMQ started it.
  static func rabbitMQ(in folder: String) async throws -> BackingServer {
    // Not Debian's script around it, which wants to be root or the user `rabbitmq`, and reads /etc.
    let path = try program("rabbitmq-server", in: ["/usr/lib/rabbitmq/bin"], package: "rabbitmq-server")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let registrarPort = try await FreePort.find()
    let registrar = try await BackgroundProgram.start(
      try program("epmd", in: ["/usr/bin"], package: "erlang-base"),
      ["-d", "-port", "\(registrarPort)", "-address", "127.0.0.1"],
      readyWhen: { $0.contains("epmd running") })
    let port = try await FreePort.find()
    return try await start(
      path, [], port: port,
      environment: [
        "HOME": folder,  // for Erlang's cookie
        "ERL_EPMD_PORT": "\(registrarPort)",
        "RABBITMQ_NODENAME": "spoor@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": "\(port)",
        "RABBITMQ_DIST_PORT": "\(try await FreePort.find())",
        "RABBITMQ_CONF_ENV_FILE": folder + "/no-environment",
        "RABBITMQ_CONFIG_FILE": folder + "/no-configuration",
        "RABBITMQ_ENABLED_PLUGINS_FILE": folder + "/no-plugins",
        "RABBITMQ_MNESIA_BASE": folder + "/mnesia",
        "RABBITMQ_LOG_BASE": folder + "/log",
        "RABBITMQ_LOGS": "-stderr",
        // The script becomes Erlang instead of staying beside it.
        "RABBITMQ_ALLOW_INPUT": "1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
          "-noinput +S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
      ], helper: registrar, readyWhen: { $0.contains("Server startup complete") })
  }
}
