import NIOCore

/// A whole answer as bytes, for what is answered before the router.
struct RawResponse {
    /// Whether and how the connection goes on, as the answer says it.
    enum Connection {
        /// HTTP/1.1 goes on unless told otherwise.
        case open
        /// HTTP/1.0 goes on only when told so.
        case keepAlive
        /// This is the last answer.
        case close
    }

    /// A JSON answer.
    ///
    /// - Parameter withoutBody: the answer to HEAD, which says the length of the body only.
    static func json(
        status: Int, body: [UInt8], fields: [(name: String, value: String)] = [], date: String,
        connection: Connection, withoutBody: Bool = false
    ) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: body.count + 192)
        if status == 200 {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            buffer.writeString("HTTP/1.1 \(status) \(HTTPFailure.reason(status))\r\n")
        }
        buffer.writeStaticString("Content-Type: application/json\r\nContent-Length: ")
        buffer.writeString(String(body.count))
        buffer.writeStaticString("\r\nDate: ")
        buffer.writeString(date)
        switch connection {
        case .open: break
        case .keepAlive: buffer.writeStaticString("\r\nConnection: keep-alive")
        case .close: buffer.writeStaticString("\r\nConnection: close")
        }
        for field in fields { buffer.writeString("\r\n\(field.name): \(field.value)") }
        buffer.writeStaticString("\r\n\r\n")
        if !withoutBody { buffer.writeBytes(body) }
        return buffer
    }
}
