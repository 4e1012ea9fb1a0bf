import NIOHTTP1

/// Who may ask: the checks that every request passes before anything of it is read.
///
/// Against other web sites in a browser on this machine: `Host` must name this server, so that a
/// foreign name that resolves to 127.0.0.1 is refused (DNS rebinding), and what writes must not
/// come from another origin. Against other machines: a token, compared in constant time.
struct AccessPolicy: Sendable {
    /// Paths that supervisors ask without a token; they say nothing but that the server lives.
    private static let open: Set<String> = ["/health", "/healthz"]

    private let token: [UInt8]?
    private let acceptsAnyHost: Bool
    private let hosts: Set<String>

    /// The policy of a server that listens on `port`.
    init(_ configuration: ServingConfiguration, port: Int) {
        token = configuration.token.map { Array($0.utf8) }
        // On the network the names of this machine are not known, and the token protects instead:
        // a browser never sends it by itself.
        acceptsAnyHost = !configuration.isLoopback
        var hosts: Set<String> = []
        let own = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        for name in ["localhost", "127.0.0.1", "[::1]", own.lowercased()] {
            hosts.formUnion([name, "\(name):\(port)"])
        }
        for name in configuration.allowedHosts {
            hosts.formUnion([name.lowercased(), "\(name.lowercased()):\(port)"])
        }
        self.hosts = hosts
    }

    /// Why the request is refused; nil when it is not.
    func refusal(
        method: HTTPMethod, path: String, fields: RequestFields
    ) -> HTTPFailure? {
        if fields.hostCount > 1 {
            return HTTPFailure(400, code: "invalidInput", "the request has several Host fields")
        }
        // HTTP/1.0 has no Host, and no browser speaks it.
        if let host = fields.host, !accepts(host: host) {
            return HTTPFailure(
                403, code: "forbidden", "Host \"\(host)\" is not a name of this server",
                hint: "use http://localhost or the address the server was started with")
        }
        if !isSafe(method), isForeign(fields) {
            return HTTPFailure(
                403, code: "forbidden",
                "a write from the origin \"\(fields.origin ?? "of another site")\" is refused")
        }
        if let token, !Self.open.contains(path), !presents(token, fields.authorization) {
            return HTTPFailure(
                401, code: "unauthenticated", "a valid token is needed",
                hint: "send it as Authorization: Bearer TOKEN, as MLflow's client does with "
                    + "MLFLOW_TRACKING_TOKEN",
                fields: [("WWW-Authenticate", "Bearer")])
        }
        return nil
    }

    private func accepts(host: String) -> Bool {
        acceptsAnyHost || hosts.contains(host) || hosts.contains(host.lowercased())
    }

    private func isSafe(_ method: HTTPMethod) -> Bool {
        method == .GET || method == .HEAD || method == .OPTIONS
    }

    /// Whether a browser says that the request comes from another site. Programs send no `Origin`.
    private func isForeign(_ fields: RequestFields) -> Bool {
        if let site = fields.fetchSite, site != "same-origin", site != "none" { return true }
        guard let origin = fields.origin else { return false }
        let parts = origin.lowercased().split(separator: "://", maxSplits: 1)
        guard parts.count == 2, let host = fields.host else { return true }
        return parts[1] != host.lowercased()
    }

    /// Compares every byte that was sent, whatever differs, so that time tells nothing but the
    /// length of what was sent.
    private func presents(_ token: [UInt8], _ authorization: String?) -> Bool {
        guard let authorization else { return false }
        let prefix = authorization.prefix(7)
        guard prefix.lowercased() == "bearer " else { return false }
        let sent = Array(authorization.utf8.dropFirst(7))
        var difference = UInt8(sent.count == token.count ? 0 : 1)
        for (position, byte) in sent.enumerated() {
            difference |= byte ^ token[position % token.count]
        }
        return difference == 0
    }
}
