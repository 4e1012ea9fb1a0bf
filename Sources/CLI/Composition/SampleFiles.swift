import Foundation
import Workbench

/// The sample files of a workspace: data, pipelines, a study.
enum SampleFiles {
    /// Where the samples are.
    struct Places {
        let data: String
        /// The pipeline of the demo.
        let pipeline: String
        /// All pipelines.
        let pipelines: [String]
        let study: String
    }

    /// Writes the sample files into a workspace where they are not there, and returns their places.
    ///
    /// - Throws: `unavailable` when one cannot be written.
    static func place(in workspace: String) throws(BancadaError) -> Places {
        try place(.penguins, at: workspace + "/data/penguins.csv")
        for (number, name) in EmbeddedAsset.sampleFiles.enumerated() {
            try place(.sampleFile(number), at: workspace + "/" + name)
        }
        let pipeline = workspace + "/pipelines/penguins.yaml"
        return Places(
            data: workspace + "/data/penguins.csv", pipeline: pipeline,
            pipelines: [pipeline, workspace + "/pipelines/islands.yaml"],
            study: workspace + "/studies/curve.yaml")
    }

    private static func place(_ asset: EmbeddedAsset, at path: String) throws(BancadaError) {
        if FileManager.default.fileExists(atPath: path) { return }
        do {
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try Data(asset.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw BancadaError(
                .unavailable, "cannot write the sample file \(path)",
                hint: "check the folder's permissions and the free space", cause: error)
        }
    }
}
