import API
import Foundation
import Logging
import ServiceLifecycle
import Workbench

/// How models are loaded and served by every command that does.
enum Serving {
    /// The server's settings from flags and environment.
    ///
    /// - Throws: `notFound` when the token's file is missing.
    static func configuration(
        _ options: ServeOptions
    ) throws(BancadaError) -> ServingConfiguration {
        var configuration = try configuration(
            host: options.host, port: options.port, token: try token(file: options.tokenFile))
        configuration.allowedHosts = options.allowHost
        if let form = options.log {
            let form = try Choice.of(form, among: RequestLog.Form.allCases, what: "log form")
            configuration.requestLog = { RequestLog.write($0, form) }
        }
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
