import Documents
import Workbench

/// A plugin's program driven line by line, for what a well-behaved host never does.
struct WireProbe {
    /// What comes back.
    enum Reply: Sendable {
        case answer(id: Int?, PluginAnswer)
        /// A line that is no message, with what is wrong.
        case noise(String)
        /// Nothing within the time.
        case silence
        /// The program has ended, or closed its output.
        case end
    }

    private let transport: any PluginTransport
    private let limit: Duration

    init(_ transport: any PluginTransport, limit: Duration) {
        self.transport = transport
        self.limit = limit
    }

    /// Writes a line; false when the program reads no more.
    func send(_ text: String) async -> Bool {
        do {
            try await transport.send(Array((text + "\n").utf8))
            return true
        } catch {
            return false
        }
    }

    /// Writes a request.
    func send(_ call: some PluginCall, id: Int) async -> Bool {
        do {
            try await transport.send(call.line(id: id))
            return true
        } catch {
            return false
        }
    }

    /// The next answer; notifications and the log are passed over.
    ///
    /// The program is ended when nothing comes within the limit.
    func reply() async -> Reply {
        await withTaskGroup(of: Void.self) { group in
            let transport = transport
            let limit = limit
            let silence = Flag()
            group.addTask {
                // The sleep ends early when the reply is there.
                try? await Task.sleep(for: limit)
                if !Task.isCancelled {
                    silence.raise()
                    transport.stop(grace: .zero)
                }
            }
            defer { group.cancelAll() }
            while let line = await transport.nextLine() {
                if let reply = Self.reply(line) { return reply }
            }
            return silence.isRaised ? .silence : .end
        }
    }

    /// What the program still says until it ends; it has `limit` for that.
    func rest() async -> [Reply] {
        var replies: [Reply] = []
        while replies.count < 16 {
            let reply = await reply()
            switch reply {
            case .silence, .end: return replies
            default: replies.append(reply)
            }
        }
        return replies
    }

    /// Closes its input and waits for its end.
    func finish() async -> PluginEnding {
        await transport.closeInput()
        return await transport.ending(within: limit)
    }

    private static func reply(_ line: PluginLine) -> Reply? {
        switch line {
        case .log, .overlong(isOutput: false): return nil
        case .overlong: return .noise("a line of more than \(PluginProtocol.maximumLine) bytes")
        case .output(let text):
            do {
                guard case .answer(let id, let answer) = try PluginMessage.parse(Array(text.utf8))
                else { return nil }
                return .answer(id: id == 0 ? nil : id, answer)
            } catch {
                return .noise("\"\(PluginConnection.quote(text))\" (\(error.message))")
            }
        }
    }
}
