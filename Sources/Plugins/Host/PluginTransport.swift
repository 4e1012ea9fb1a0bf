package import Workbench

/// The running program of a plugin, as the session sees it.
package protocol PluginTransport: Sendable {
    /// Writes bytes to its stdin.
    ///
    /// - Throws: `unavailable` when it no longer reads.
    func send(_ bytes: [UInt8]) async throws(BancadaError)
    /// The next line of stdout or stderr; nil once it has ended and everything was read. Called by
    /// one task only.
    func nextLine() async -> PluginLine?
    /// Lets it read the end of its stdin.
    func closeInput() async
    /// Ends it with everything that it has started, at once or, when it does not end by itself,
    /// after a grace. Returns without waiting.
    func stop(grace: Duration)
    /// Waits for its end, and ends it with everything that it has started after `limit`.
    func ending(within limit: Duration) async -> PluginEnding
}

/// A line of a plugin's output.
package enum PluginLine: Sendable, Equatable {
    /// Of stdout: a message.
    case output(String)
    /// Of stderr: its log.
    case log(String)
    /// One longer than a line may be; it is dropped. Of stdout, or else of stderr.
    case overlong(isOutput: Bool)
}

/// How a plugin's program ended.
package struct PluginEnding: Sendable, Equatable {
    /// Whether it ended by itself with exit code 0.
    package let isClean: Bool
    /// The way it ended: `ended with exit code 3`.
    package let description: String

    /// The end of a program.
    package init(isClean: Bool, description: String) {
        self.isClean = isClean
        self.description = description
    }
}
