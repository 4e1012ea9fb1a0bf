import HTTPTypes
import Hummingbird
import NIOCore
import Workbench

/// The artifact proxy: files of runs and models by path, in and out in pieces.
struct ArtifactRoutes: Sendable {
    /// How much of an upload is handed to the store at once.
    private static let pieceSize = 1 << 20

    let stores: TrackingStores
    let locations: ArtifactLocations
    /// The largest file that is taken, in bytes.
    let uploadLimit: Int64

    /// Adds the routes.
    func add(to table: MLflowTable) {
        table.add("artifacts/list", [.get: { fields, _ in try await listRun(fields) }])
        for root in MLflowProtocol.roots {
            let path = "\(root)/mlflow-artifacts/artifacts"
            table.table.add(path, [.get: { request, _ in try await list(request) }])
            table.table.add(
                "\(path)/**",
                [
                    .get: { request, context in
                        try await download(request, path, context)
                    },
                    .put: { request, _ in try await upload(request, path) },
                    .delete: { request, _ in try await delete(request, path) },
                ])
        }
    }

    /// The path in the tree that a request names behind `root`.
    private func path(_ request: Request, below root: String) throws(BancadaError) -> ArtifactPath {
        // Behind the slash that belongs to the route a further one makes an absolute path.
        let rest = request.uri.path.dropFirst(root.utf8.count + 1)
        guard let text = PercentEncoding.decode(String(rest)) else {
            throw BancadaError(
                .invalidInput, "invalid path \"\(rest.prefix(200))\"",
                hint: "write each byte as % and two hexadecimal digits")
        }
        let path = try ArtifactPath(text)
        guard !path.parts.isEmpty else {
            throw BancadaError(.invalidInput, "invalid path \"\": it names no file")
        }
        return path
    }

    // MARK: - Listing

    private func list(_ request: Request) async throws -> Response {
        let fields = try MLflowFields(query: request.uri.query ?? "")
        let path = try ArtifactPath(fields.text("path") ?? "")
        var answer = AnswerWriter()
        answer.files(try await stores.tree.list(path))
        return answer.response
    }

    private func listRun(_ fields: MLflowFields) async throws -> AnswerWriter {
        let run = try await stores.runs.run(fields.run())
        let root = ArtifactLocations.run(
            run.id, below: try await locations.root(of: run.experiment))
        return try await stores.answer(listing: fields.text("path") ?? "", below: root)
    }

    // MARK: - Files

    private func download(
        _ request: Request, _ root: String, _ context: BasicRequestContext
    ) async throws -> Response {
        let path = try path(request, below: root)
        let file = try await stores.tree.file(at: path)
        return try await FileAnswer(file: file, name: path.parts.last ?? "").response(
            to: request, context)
    }

    private func upload(_ request: Request, _ root: String) async throws -> Response {
        let path = try path(request, below: root)
        let upload = try await stores.tree.beginUpload()
        do {
            var received: Int64 = 0
            var piece: [UInt8] = []
            for try await part in request.body {
                received += Int64(part.readableBytes)
                if received > uploadLimit {
                    throw HTTPFailure.bodyTooLarge(limit: Int(uploadLimit))
                }
                piece.append(contentsOf: part.readableBytesView)
                if piece.count >= Self.pieceSize {
                    try await upload.write(piece)
                    piece.removeAll(keepingCapacity: true)
                }
            }
            if !piece.isEmpty { try await upload.write(piece) }
            _ = try await upload.finish(at: path)
        } catch {
            await upload.cancel()
            throw error
        }
        return AnswerWriter().response
    }

    private func delete(_ request: Request, _ root: String) async throws -> Response {
        try await stores.tree.delete(path(request, below: root))
        return AnswerWriter().response
    }
}

extension TrackingStores {
    /// The files and folders of a folder below a root, each by its path below that root.
    func answer(listing path: String, below root: String) async throws -> AnswerWriter {
        let folder = try ArtifactPath(path)
        guard let base = try ArtifactPath(location: root) else {
            throw BancadaError(
                .invalidInput, "the artifacts are at \(root), which this server does not keep",
                hint: "list them there")
        }
        var answer = AnswerWriter()
        answer.member("root_uri", root)
        answer.files(try await tree.list(base.appending(folder)), below: folder.text)
        return answer
    }
}
