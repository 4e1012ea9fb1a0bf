import Crypto
import GRDB
import Synchronization
import Workbench

/// `ArtifactUpload`: the bytes go into a `ReceivedFile` in pieces, and are hashed on the way. What
/// waits for a piece to be full is all that is in memory.
final class SQLiteArtifactUpload: ArtifactUpload {
    /// How many bytes are collected before they are written.
    private static let piece = 1 << 18

    private struct State {
        /// Nil once the upload has ended, and while a piece of it is being written.
        var received: Received?
        var buffer: [UInt8] = []
    }

    /// What is written already.
    private struct Received: Sendable {
        let file: ReceivedFile
        var hasher = SHA256()
        var size: Int64 = 0

        mutating func append(_ bytes: [UInt8]) throws {
            hasher.update(data: bytes)
            try file.append(bytes)
            size += Int64(bytes.count)
        }
    }

    private let tree: SQLiteArtifactTree
    private let state: Mutex<State>

    init(_ file: ReceivedFile, tree: SQLiteArtifactTree) {
        self.tree = tree
        state = Mutex(State(received: Received(file: file)))
    }

    package func write(_ bytes: [UInt8]) async throws(BancadaError) {
        let isFull = try state.withLock { state throws(BancadaError) in
            guard state.received != nil else { throw Self.ended }
            state.buffer += bytes
            return state.buffer.count >= Self.piece
        }
        guard isFull else { return }
        let (received, buffer) = try take()
        // Where the writing fails, the file is dropped with `received`.
        let written = try await tree.onFiles { _ in
            var received = received
            try received.append(buffer)
            return received
        }
        state.withLock { $0.received = written }
    }

    package func finish(at path: ArtifactPath) async throws(BancadaError) -> StoredContent {
        let (received, buffer) = try take()
        let place = try TreePlace.changeable(path)
        // Before the file takes its place: what is refused should leave nothing behind.
        try await tree.database.read { try SQLiteArtifactTree.checkFree(place, in: $0) }
        let files = tree.files
        let (content, lock) = try await tree.onFiles { _ in
            let lock = try ContentLock(files, exclusively: false)
            var received = received
            try received.append(buffer)
            guard let digest = ContentDigest(received.hasher.finalize()) else {
                throw BancadaError(.internal, "a digest without 64 digits")
            }
            try received.file.place(as: digest)
            return (StoredContent(digest: digest, kind: .file, size: received.size), lock)
        }
        let time = tree.database.clock.now()
        try await tree.database.write { db in
            try SQLiteArtifactStore.insert(content, at: time, in: db)
            try SQLiteArtifactTree.checkFree(place, in: db)
            try SQLiteArtifactTree.set(content, at: place.path, time, in: db)
        }
        lock.release()
        return content
    }

    package func cancel() async {
        state.withLock { $0 = State(received: nil) }
    }

    /// Takes over what was received, so that one piece of work at a time has it.
    private func take() throws(BancadaError) -> (Received, [UInt8]) {
        try state.withLock { state throws(BancadaError) in
            guard let received = state.received else { throw Self.ended }
            defer { state = State(received: nil) }
            return (received, state.buffer)
        }
    }

    private static var ended: BancadaError {
        BancadaError(.internal, "the upload has ended, or a piece of it is still being written")
    }
}
