import Hummingbird
package import Inference
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
package import Workbench

/// The HTTP server: the protocols of inference and the routes of the service over one repository.
///
/// Runs until its group shuts down: then it accepts nothing more, answers the requests that run,
/// and ends. May be run once.
package struct BancadaServer: Service, CustomStringConvertible {
    private let configuration: ServingConfiguration
    private let repository: ModelRepository
    private let tracking: TrackingStores?
    private let logger: Logger
    private let failures: FailureLog
    private let metrics = ServerMetrics()
    private let bound = BoundAddress()

    /// A server that does not listen yet.
    ///
    /// - Parameter tracking: what the tracking protocol is served over; nil where it is not served.
    /// - Throws: `invalidInput` for a configuration that cannot be served safely.
    package init(
        _ configuration: ServingConfiguration, repository: ModelRepository,
        tracking: TrackingStores? = nil, logger: Logger
    ) throws(BancadaError) {
        try configuration.validate()
        self.configuration = configuration
        self.repository = repository
        self.tracking = tracking
        self.logger = logger
        failures = FailureLog(logger)
    }

    /// Its name in logs. Service groups ask for it at once, and would otherwise print every part of
    /// the server, for milliseconds.
    package var description: String { "server" }

    /// Where the server listens, once it does.
    ///
    /// - Throws: what `run` throws when it cannot listen; `cancelled` when the caller is.
    package func address() async throws(BancadaError) -> ServerAddress {
        try await bound.address()
    }

    /// Listens and answers until the surrounding service group shuts down.
    ///
    /// - Throws: `unavailable` when the port is in use or not allowed; `invalidInput` for a host
    ///   that is not an address of this machine.
    package func run() async throws {
        let service = InferenceService(
            repository: repository, limits: configuration.limits, metrics: metrics)
        let door = FrontDoor(
            configuration: configuration, fastPath: FastPath(service: service), metrics: metrics,
            points: tracking?.points.map { MetricPath(sink: $0, failures: failures) },
            hasTracking: tracking != nil)
        do {
            try await withGracefulShutdownHandler {
                try await application(service, door).run()
            } onGracefulShutdown: {
                door.sign.show()
            }
            await service.stop()
            bound.resolve(.failure(BancadaError(.cancelled, "the server has stopped")))
        } catch {
            await service.stop()
            let failure = Self.failure(for: error, configuration)
            bound.resolve(.failure(failure))
            throw failure
        }
    }

    private func application(
        _ service: InferenceService, _ door: FrontDoor
    ) -> some ApplicationProtocol {
        let limits = configuration.limits
        // Hummingbird tells of every start and stop; what matters is told by the command line.
        var quiet = logger
        quiet.logLevel = max(.warning, logger.logLevel)
        let bound = bound
        let host = configuration.host
        return Application(
            responder: table(service).responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionHandlerInstaller(door)],
                    idleTimeout: nil,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headBytes, maxHeaderListSize: limits.headBytes,
                        maxHeaderFieldCount: 256))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: configuration.port),
                availableConnectionsDelegate: .maximum(limits.connections, logger: quiet)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                bound.resolve(.success(ServerAddress(host: host, port: port)))
            },
            logger: quiet)
    }

    private func table(_ service: InferenceService) -> RouteTable {
        let table = RouteTable(
            AnsweringMiddleware(
                metrics: metrics, repository: repository, limits: configuration.limits,
                failures: failures))
        V2Routes(service: service, version: configuration.version).add(to: table)
        V1Routes(service: service).add(to: table)
        ServiceRoutes(
            metrics: metrics, version: configuration.version, started: configuration.clock.now(),
            hasTracking: tracking != nil, writeCounts: tracking?.writeCounts
        ).add(to: table)
        if let tracking {
            MLflowRoutes(
                stores: tracking, limits: configuration.limits, version: configuration.version
            ).add(to: table)
        }
        return table
    }

    private static func failure(
        for error: any Error, _ configuration: ServingConfiguration
    ) -> BancadaError {
        let place = "port \(configuration.port) on \(configuration.host)"
        switch error {
        case let error as BancadaError: return error
        case let error as IOError where error.errnoCode == EADDRINUSE:
            return BancadaError(
                .unavailable, "\(place) is in use",
                hint: "stop the other program or choose another port with --port", cause: error)
        case let error as IOError where error.errnoCode == EACCES:
            return BancadaError(
                .unavailable, "\(place) needs more rights than this user has",
                hint: "choose a port from 1024 on with --port", cause: error)
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
            return unknownHost(configuration.host, cause: error)
        case is SocketAddressError, is SocketAddressError.UnknownHost, is NIOConnectionError:
            return unknownHost(configuration.host, cause: error)
        case is CancellationError:
            return BancadaError(.cancelled, "the server was cancelled")
        default:
            return BancadaError(.unavailable, "cannot serve on \(place): \(error)", cause: error)
        }
    }

    private static func unknownHost(_ host: String, cause: any Error) -> BancadaError {
        BancadaError(
            .invalidInput, "\"\(host)\" is not an address of this machine",
            hint: "serve on 127.0.0.1, or on 0.0.0.0 with a token", cause: cause)
    }
}

/// Puts a `ConnectionHandler` behind the parser of a new connection.
///
/// Hummingbird adds handlers of its users behind its conversion of requests; ours belongs in front
/// of it, so that what it answers is never converted.
private final class ConnectionHandlerInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    private let door: FrontDoor

    init(_ door: FrontDoor) {
        self.door = door
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(ConnectionHandler(door), position: .after(parser))
        } catch {
            // Without the checks nothing may be answered.
            context.close(promise: nil)
        }
    }
}
