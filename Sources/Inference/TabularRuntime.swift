import Training
package import Workbench

/// Loads the models that training writes: folders with `model.json`.
package struct TabularRuntime: ModelRuntime {
    /// A runtime; it has no state.
    package init() {}

    package func recognises(folder: String) -> Bool {
        FilePresence.isFile("\(folder)/\(TrainedModel.descriptionFile)")
    }

    package func load(
        folder: String, name: String, version: String
    ) async throws(BancadaError) -> any ServedModel {
        TabularModel(try TrainedModel.load(from: folder), name: name, version: version)
    }
}
