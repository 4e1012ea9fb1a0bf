import Foundation
import Workbench

/// The sample data set of a workspace.
enum SampleData {
    /// Writes `data/penguins.csv` into a workspace unless it is there, and returns its path.
    ///
    /// - Throws: `unavailable` when it cannot be written.
    static func place(in workspace: String) throws(BancadaError) -> String {
        let folder = workspace + "/data"
        let path = folder + "/penguins.csv"
        if FileManager.default.fileExists(atPath: path) { return path }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let data = Data(EmbeddedAsset.penguins.bytes)
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw BancadaError(
                .unavailable, "cannot write the sample data \(path)",
                hint: "check the folder's permissions and the free space", cause: error)
        }
        return path
    }
}
