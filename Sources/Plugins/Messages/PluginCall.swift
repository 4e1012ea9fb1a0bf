package import Documents
package import Workbench

/// A request of the host: a method, its parameters, and what its answer must look like.
package protocol PluginCall: Sendable {
    /// What the answer says.
    associatedtype Answer: Sendable
    /// The method's name on the wire.
    static var method: String { get }
    /// The parameters, in the order in which they are written.
    var params: JSON { get }
    /// Reads the result.
    ///
    /// - Throws: `invalidInput` when it is of another shape.
    func read(_ result: ObjectFields) throws(BancadaError) -> Answer
}

extension PluginCall {
    /// The request's line with its line feed.
    ///
    /// - Throws: `invalidInput` when it is longer than a line may be.
    package func line(id: Int) throws(BancadaError) -> [UInt8] {
        let request: JSON = [
            "jsonrpc": "2.0", "id": JSON(id), "method": .string(Self.method), "params": params,
        ]
        let bytes = request.compactBytes
        guard bytes.count <= PluginProtocol.maximumLine else {
            throw BancadaError(
                .invalidInput,
                "a request \"\(Self.method)\" of \(bytes.count) bytes is longer than the "
                    + "\(PluginProtocol.maximumLine) bytes that a plugin takes",
                hint: "ask for less at once, or pass a file")
        }
        return bytes + [UInt8(ascii: "\n")]
    }
}

/// The host's only notification: the request `id` is to be given up.
package struct CancelNotification: Sendable, Equatable {
    /// The request.
    package let id: Int

    /// Gives up the request `id`.
    package init(id: Int) {
        self.id = id
    }

    /// The notification's line with its line feed.
    package var line: [UInt8] {
        let message: JSON = [
            "jsonrpc": "2.0", "method": "cancel", "params": ["id": JSON(id)],
        ]
        return message.compactBytes + [UInt8(ascii: "\n")]
    }
}
