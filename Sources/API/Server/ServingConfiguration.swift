package import Inference
package import Workbench

/// How much the server takes on; each bound says so in its answer when it is reached.
package struct ServingLimits: Sendable, Equatable {
    /// The largest request body, in bytes; beyond it the answer is 413.
    package var bodyBytes = 16 << 20
    /// The largest body of a request of the tracking protocol, whose datasets may have a profile of
    /// 16 MiB; beyond it the answer is 413.
    package var trackingBodyBytes = 32 << 20
    /// The largest file that is uploaded, in bytes; it is never in memory as a whole.
    package var uploadBytes = 1 << 40
    /// The largest head of a request, in bytes; beyond it the answer is 431.
    package var headBytes = 64 << 10
    /// Rows and elements of one inference request.
    package var inference = InferenceLimits()
    /// Arithmetic operations from which a request counts as heavy and leaves the event loop.
    package var heavyOperations = 200_000
    /// Heavy requests that run at once; nil means one less than there are processors, at least one.
    package var heavyRequests: Int?
    /// Heavy requests that may wait; beyond it the answer is 503.
    package var heavyQueue = 64
    /// Open connections; further ones wait to be accepted.
    package var connections = 1_024
    /// How long a connection may say nothing between requests, a slow head included.
    package var idleTimeout: Duration = .seconds(60)
    /// How long the body of a request may take, beside a second for every 64 KiB of it; of an
    /// upload how long every 16 KiB may take.
    package var bodyTimeout: Duration = .seconds(30)
    /// How long requests that run may take to finish once the server is stopping.
    package var drainTimeout: Duration = .seconds(10)

    /// The default limits.
    package init() {}
}

/// Where and how to serve.
package struct ServingConfiguration: Sendable {
    /// The address to listen on: an IP address or a name.
    package var host: String
    /// The port to listen on; 0 takes a free one.
    package var port: Int
    /// What clients must present as `Authorization: Bearer`; needed when `host` is not a loopback
    /// address, and asked for on loopback too when there is one.
    package var token: String?
    /// Further `Host` values that are accepted, such as the name of a proxy in front, each as
    /// `name` or `name:port`.
    package var allowedHosts: [String]
    /// The version of the program, such as `0.1.0`.
    package var version: String
    /// The bounds.
    package var limits: ServingLimits
    /// The present.
    package var clock: WallClock
    /// What every request is told to once it has been answered; called on the loops, so it must not
    /// wait for long.
    package var requestLog: (@Sendable (AnsweredRequest) -> Void)?

    /// A place to serve.
    package init(
        host: String = "127.0.0.1", port: Int = 8080, token: String? = nil,
        allowedHosts: [String] = [], version: String, limits: ServingLimits = ServingLimits(),
        clock: WallClock
    ) {
        self.host = host
        self.port = port
        self.token = token
        self.allowedHosts = allowedHosts
        self.version = version
        self.limits = limits
        self.clock = clock
    }

    /// Whether only this machine can connect to `host`.
    package var isLoopback: Bool {
        let name = host.lowercased()
        if name == "localhost" || name == "::1" || name == "[::1]" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Refuses what cannot be served safely or at all.
    ///
    /// - Throws: `invalidInput` for an empty host, a port outside 0...65535, a token that no header
    ///   can carry, and an address of the network without a token.
    package func validate() throws(BancadaError) {
        if host.isEmpty { throw BancadaError(.invalidInput, "the host to serve on is empty") }
        guard (0...65_535).contains(port) else {
            throw BancadaError(.invalidInput, "port \(port) is not between 0 and 65535")
        }
        if let token {
            guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw BancadaError(
                    .invalidInput, "the token is empty or has characters that no header can carry",
                    hint: "use letters, digits and punctuation without spaces")
            }
        } else if !isLoopback {
            throw BancadaError(
                .invalidInput, "serving on \(host), which other machines can reach, needs a token",
                hint: "set BANCADA_TOKEN or serve on 127.0.0.1")
        }
    }
}
