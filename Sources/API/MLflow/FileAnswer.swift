import HTTPTypes
import Hummingbird
import NIOCore
import Workbench

/// A stored file as an answer: sent in pieces, whole or one range of it (RFC 9110, section 14).
struct FileAnswer: Sendable {
    let file: ArtifactFile
    /// What the file is called.
    let name: String

    /// The answer to `request`.
    ///
    /// - Throws: `HTTPFailure` 416 for a range outside the file.
    func response(
        to request: Request, _ context: BasicRequestContext
    ) async throws -> Response {
        let tag = "\"\(file.digest.hex)\""
        var headers: HTTPFields = [
            .contentType: Self.mediaType(of: name),
            .contentDisposition: Self.disposition(of: name),
            .acceptRanges: "bytes", .eTag: tag,
        ]
        if let name = HTTPField.Name("X-Content-Type-Options") { headers[name] = "nosniff" }
        guard file.size > 0 else {
            return Response(status: .ok, headers: headers, body: ResponseBody())
        }
        let range = try Self.range(request.headers, tag: tag, size: file.size)
        if let range {
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(file.size)"
        }
        let body = try await FileIO().loadFile(
            path: file.localPath, range: range ?? 0...Int(file.size) - 1, context: context)
        return Response(status: range == nil ? .ok : .partialContent, headers: headers, body: body)
    }

    /// The one range that is asked for; nil where the whole file is, as for several ranges.
    static func range(
        _ headers: HTTPFields, tag: String, size: Int64
    ) throws -> ClosedRange<Int>? {
        guard let text = headers[.range], let set = text.removingPrefix("bytes="),
            headers[.ifRange].map({ $0 == tag }) ?? true
        else { return nil }
        let ends = set.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        let first = Int(ends[0])
        let last = Int(ends[1])
        let length = Int(size)
        switch (first, last) {
        case (let first?, nil) where ends[1].isEmpty && first < length:
            return first...length - 1
        case (let first?, let last?) where first <= last && first < length:
            return first...min(last, length - 1)
        case (nil, let count?) where ends[0].isEmpty && count > 0:
            return max(0, length - count)...length - 1
        case (let first?, _) where first >= length:
            throw HTTPFailure(
                416, code: "invalidInput", "the file has \(size) bytes, and \(text) is behind them",
                fields: [("Content-Range", "bytes */\(size)")])
        default: return nil
        }
    }

    /// The file under its name, to be saved and not shown.
    static func disposition(of name: String) -> String {
        let isPlain = name.utf8.allSatisfy {
            (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain { return "attachment; filename=\"\(name)\"" }
        return "attachment; filename*=UTF-8''\(PercentEncoding.encode(name))"
    }

    /// What a file is, by the end of its name. Text is plain whatever it says, so that no browser
    /// takes it for a page of this server.
    static func mediaType(of name: String) -> String {
        guard let dot = name.lastIndex(of: ".") else {
            return textNames.contains(name) ? "text/plain" : "application/octet-stream"
        }
        let ending = name[name.index(after: dot)...].lowercased()
        if textEndings.contains(ending) { return "text/plain" }
        return mediaTypes[ending] ?? "application/octet-stream"
    }

    private static let textNames: Set<String> = ["MLmodel", "MLproject", "Dockerfile", "LICENSE"]
    private static let textEndings: Set<String> = [
        "txt", "log", "csv", "tsv", "json", "jsonl", "yaml", "yml", "md", "py", "js", "html", "htm",
        "xml", "svg", "toml", "cfg", "ini", "conf", "sh", "sql", "r", "swift",
    ]
    private static let mediaTypes = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
        "webp": "image/webp", "bmp": "image/bmp", "pdf": "application/pdf",
        "zip": "application/zip", "gz": "application/gzip", "tar": "application/x-tar",
        "mp4": "video/mp4", "wav": "audio/wav", "mp3": "audio/mpeg",
    ]
}
