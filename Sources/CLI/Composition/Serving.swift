import API
import Components
import Foundation
import Inference
import Logging
import ServiceLifecycle
import Workbench

/// How models are loaded and served by every command that does.
enum Serving {
    /// The runtimes that can load a model folder, tried in order.
    static let runtimes: [any ModelRuntime] = [TabularRuntime()]

    /// Loads a model that was resolved.
    ///
    /// - Throws: `notFound` when the folder is missing; `invalidInput` when no runtime knows it.
    static func load(_ model: ResolvedModel) async throws(BancadaError) -> any ServedModel {
        guard FileManager.default.fileExists(atPath: model.folder) else {
            throw BancadaError(
                .notFound, "model folder \"\(model.folder)\" not found",
                hint: "list models with 'bancada models list'")
        }
        guard let runtime = runtimes.first(where: { $0.recognises(folder: model.folder) }) else {
            throw BancadaError(
                .invalidInput, "\"\(model.folder)\" is no model folder: it has no model.json",
                hint: "give a folder that 'bancada models export' wrote")
        }
        return try await runtime.load(
            folder: model.folder, name: model.name, version: model.version)
    }

    /// The server's settings from flags and environment.
    ///
    /// - Throws: `notFound` when the token's file is missing.
    static func configuration(
        _ options: ServeOptions
    ) throws(BancadaError) -> ServingConfiguration {
        var configuration = try configuration(
            host: options.host, port: options.port, token: try token(file: options.tokenFile))
        configuration.allowedHosts = options.allowHost
        return configuration
    }

    /// A server's settings.
    static func configuration(
        host: String, port: Int, token: String?
    ) throws(BancadaError) -> ServingConfiguration {
        ServingConfiguration(
            host: host, port: port, token: token, version: BuildInfo.version,
            clock: OpenWorkspace.clock)
    }

    /// The one log of servers: errors of ours, on stderr.
    static func logger(verbose: Bool) -> Logger {
        var logger = Logger(label: "bancada") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .info : .error
        return logger
    }

    private static func token(file: String?) throws(BancadaError) -> String? {
        if let file {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw BancadaError(
                    .notFound, "token file \"\(file)\" cannot be read",
                    hint: "write the token into it, on one line")
            }
            return String(decoding: data, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let token = ProcessInfo.processInfo.environment["BANCADA_TOKEN"]
        return token.flatMap { $0.isEmpty ? nil : $0 }
    }
}
