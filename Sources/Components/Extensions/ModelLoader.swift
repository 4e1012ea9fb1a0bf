import Inference
import Plugins
import Training
package import Workbench

/// Loads model folders: those of built-in algorithms, else by the plugin's runtime that claims one
/// of the folder's files.
package struct ModelLoader: Sendable {
    private let extensions: Extensions
    private let builtIn = TabularRuntime()

    /// A loader that knows the runtimes of `extensions` too.
    package init(_ extensions: Extensions) {
        self.extensions = extensions
    }

    /// Whether a folder holds a model of a built-in algorithm: no plugin is needed for it.
    package static func isBuiltIn(folder: String) -> Bool {
        TabularRuntime().recognises(folder: folder)
    }

    /// Whether files of these names make a folder a model, of a built-in algorithm or a plugin.
    package func isModel(_ fileNames: [String]) -> Bool {
        fileNames.contains(TrainedModel.descriptionFile)
            || extensions.format(of: fileNames) != nil
    }

    /// Whether a folder on disk is a model, of a built-in algorithm or a plugin.
    package func isModel(folder: String) -> Bool {
        builtIn.recognises(folder: folder) || extensions.format(in: folder) != nil
    }

    /// Loads a model to be served as `name` and `version`.
    ///
    /// - Throws: `invalidInput` when no runtime knows the folder; what the runtime says.
    package func serve(
        _ folder: String, name: String, version: String
    ) async throws(BancadaError) -> any ServedModel {
        try await runtime(for: folder).load(folder: folder, name: name, version: version)
    }

    /// Loads a model to be asked about tables.
    ///
    /// - Throws: as `serve`; `unsupported` for a plugin's model that was not trained here.
    package func table(_ folder: String) async throws(BancadaError) -> TableModel {
        if builtIn.recognises(folder: folder) {
            return .trained(try TrainedModel.load(from: folder))
        }
        let runtime = try runtime(for: folder)
        let facts = try LearnedFacts(folder: folder)
        let served = try await runtime.load(folder: folder, name: facts.trainer, version: "1")
        return .remote(RemoteTableModel(served, facts: facts))
    }

    /// What of a plugin decides the answers of a model with files of these names; nil for a model
    /// of a built-in algorithm.
    ///
    /// - Throws: `unavailable` when the plugin's files cannot be read.
    func fingerprint(of fileNames: [String]) throws(BancadaError) -> JSON? {
        if fileNames.contains(TrainedModel.descriptionFile) { return nil }
        return try extensions.runtime(for: fileNames)?.fingerprint()
    }

    private func runtime(for folder: String) throws(BancadaError) -> any ModelRuntime {
        if builtIn.recognises(folder: folder) { return builtIn }
        if let runtime = extensions.runtime(in: folder) { return runtime }
        throw Self.unknown(folder)
    }

    /// The error for a folder that no runtime knows.
    package static func unknown(_ folder: String) -> BancadaError {
        // A folder without the file, or with one that cannot be read, tells of no plugin.
        if let facts = try? LearnedFacts(folder: folder) {
            return BancadaError(
                .notFound,
                "the model in \(folder) is of plugin \"\(facts.plugin)\", which is not found",
                hint: "give its folder with --plugin, or copy it to plugins/ of the workspace")
        }
        return BancadaError(
            .invalidInput,
            "\"\(folder)\" is no model folder: it has no model.json, and no plugin claims its files",
            hint: "give a folder that 'bancada models export' wrote")
    }
}
