/// The wire protocol between the host and plugins: JSON-RPC 2.0, one message a line.
package enum PluginProtocol {
    /// The protocol's number; `plugin.yaml` and the answer to `initialize` must both say it.
    package static let version = 1
    /// The longest line, its line feed excluded.
    package static let maximumLine = 1 << 20

    /// Error codes of answers: those of JSON-RPC 2.0, and the one for cancelled requests that the
    /// Language Server Protocol uses.
    package enum ErrorCode {
        /// The line was no JSON.
        package static let parseError = -32700
        /// The line was JSON and no request.
        package static let invalidRequest = -32600
        /// The plugin has no such method.
        package static let methodNotFound = -32601
        /// The parameters, the data or the files they name cannot be used.
        package static let invalidParams = -32602
        /// The request was cancelled by the host.
        package static let cancelled = -32800
    }

    /// The longest request that is written into an error or a log line.
    static let maximumQuote = 200
}
