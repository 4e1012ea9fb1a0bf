import API
import NIOCore
import NIOPosix
import Workbench

/// An answer as it came over the wire.
struct RawReply: Equatable {
    let status: Int
    let fields: [String: String]
    let body: String
}

/// A TCP connection on which tests write any bytes.
final class RawConnection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var received = ByteBuffer()

    private init(
        _ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>,
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.channel = channel
        self.outbound = outbound
        self.inbound = inbound.makeAsyncIterator()
    }

    /// Connects while `body` runs.
    static func open<Value>(
        _ address: ServerAddress, _ body: (RawConnection) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(channel, inbound, outbound))
        }
    }

    /// Writes `text`.
    func write(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    /// Writes any bytes. A server that has closed already is none of the writer's business.
    func write(_ bytes: [UInt8]) async throws {
        do {
            try await outbound.write(ByteBuffer(bytes: bytes))
        } catch is IOError {}
    }

    /// Says that nothing more comes.
    func closeOutput() async throws {
        outbound.finish()
    }

    /// The next whole answer; nil when the connection ends first.
    func reply(withoutBody: Bool = false) async throws -> RawReply? {
        while true {
            if let reply = takeReply(withoutBody) { return reply }
            guard try await readMore() else { return nil }
        }
    }

    /// Whether the server ends the connection without another byte.
    func isClosed() async throws -> Bool {
        while try await readMore() {}
        return received.readableBytes == 0
    }

    private func readMore() async throws -> Bool {
        do {
            guard var more = try await inbound.next(isolation: #isolation) else { return false }
            received.writeBuffer(&more)
            return true
        } catch is IOError {
            // A reset ends the connection as well.
            return false
        }
    }

    private func takeReply(_ withoutBody: Bool) -> RawReply? {
        // Heads of answers are short; bodies are not looked at until they are whole.
        let text = String(decoding: received.readableBytesView.prefix(4_096), as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let status = Int(lines.first?.split(separator: " ").dropFirst().first ?? "") ?? 0
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ": ", maxSplits: 1)
            fields[parts[0].lowercased()] = parts.count > 1 ? String(parts[1]) : ""
        }
        let head = text[..<end.upperBound].utf8.count
        let hasBody = !withoutBody && status >= 200
        let length = hasBody ? Int(fields["content-length"] ?? "") ?? 0 : 0
        guard received.readableBytes >= head + length else { return nil }
        received.moveReaderIndex(forwardBy: head)
        let body = received.readString(length: length) ?? ""
        return RawReply(status: status, fields: fields, body: body)
    }
}

/// A POST request as text.
func post(
    _ path: String, _ body: String, version: String = "1.1", host: String = "localhost",
    fields: [String] = []
) -> String {
    let lines =
        ["POST \(path) HTTP/\(version)", "Host: \(host)", "Content-Length: \(body.utf8.count)"]
        + fields
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// A GET request as text.
func get(_ path: String, host: String = "localhost", fields: [String] = []) -> String {
    (["GET \(path) HTTP/1.1", "Host: \(host)"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
}

/// A connection that stays open until it is forgotten.
final class OpenSocket: Sendable {
    private let channel: any Channel

    init(_ address: ServerAddress) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: address.host, port: address.port).get()
    }

    deinit {
        channel.close(promise: nil)
    }

    func write(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }
}
