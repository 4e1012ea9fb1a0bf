package import Documents
package import Workbench

/// `initialize`: the first request of every process.
package struct InitializeCall: PluginCall, Equatable {
    /// What the plugin says of itself.
    package struct Answer: Sendable, Equatable {
        /// The protocol's number.
        package let version: Int
        /// The plugin's name.
        package let name: String
        /// How many requests it works on at once.
        package let concurrency: Int
    }

    package static let method = "initialize"
    /// The most requests at once that a plugin may offer.
    package static let maximumConcurrency = 64

    /// Who asks, such as `bancada 0.1.0`.
    package let host: String

    /// Says hello as `host`.
    package init(host: String) {
        self.host = host
    }

    package var params: JSON {
        ["protocol": JSON(PluginProtocol.version), "host": .string(host)]
    }

    package func read(_ result: ObjectFields) throws(BancadaError) -> Answer {
        try result.refuseUnknown(known: ["protocol", "name", "concurrency"])
        let concurrency =
            result.optional("concurrency") == nil ? 1 : try result.integer("concurrency")
        guard (1...Self.maximumConcurrency).contains(concurrency) else {
            throw result.invalid(
                "concurrency", "is \(concurrency), expected 1 to \(Self.maximumConcurrency)")
        }
        return Answer(
            version: try result.integer("protocol"), name: try result.string("name"),
            concurrency: concurrency)
    }
}

/// `shutdown`: the last request; the process ends once it has answered.
package struct ShutdownCall: PluginCall, Equatable {
    package static let method = "shutdown"

    /// Asks the process to end.
    package init() {}

    package var params: JSON { [:] }

    package func read(_ result: ObjectFields) throws(BancadaError) {
        try result.refuseUnknown(known: [])
    }
}
