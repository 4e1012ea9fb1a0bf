import API
import Components
import Foundation
import Store
import Workbench

extension ComponentTools {
    /// The tools of this program for a workspace, and for files that are named from `folder`.
    init(_ workspace: OpenWorkspace, folder: String, extensions: Extensions) {
        self.init(
            services: workspace.services, folder: folder,
            digest: { path throws(BancadaError) in try FileDigest.of(path) },
            marks: FileFingerprint.of,
            isFolder: { FileManager.default.fileExists(atPath: $0 + "/.") },
            append: { text, path in Self.append(text, to: path) },
            endpoint: { name, version in
                let model = "/v2/models/" + PercentEncoding.encode(name)
                return model + (version.map { "/versions/\($0)" } ?? "") + "/infer"
            }, extensions: extensions)
    }

    private static func append(_ text: String, to path: String) {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        // A log is for people: a line that cannot be written must not fail the work it is about.
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        defer { try? file.close() }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data(text.utf8))
    }
}
