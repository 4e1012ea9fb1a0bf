/// Learns a model outside the built-in algorithms: what a plugin's trainer is to the rest.
package protocol Trainer: Sendable {
    /// Its name, such as `sklearn.svc`.
    var name: String { get }
    /// Reads the dataset folder, writes a model folder.
    ///
    /// - Returns: the measures it reports.
    /// - Throws: `invalidInput` for data or parameters it cannot use; `pluginFailed`; `cancelled`;
    ///   `timeout`.
    func fit(
        _ request: TrainerRequest, context: ExecutionContext
    ) async throws(BancadaError) -> [JSON.Member]
}

/// One training of a `Trainer`.
package struct TrainerRequest: Sendable, Equatable {
    /// The dataset folder, with `data.csv` and `schema.json`; absolute.
    package let table: String
    /// The column to learn.
    package let target: String
    /// The settings.
    package let parameters: [JSON.Member]
    /// What everything random is made from.
    package let seed: UInt64
    /// The folder to write the model to, absolute; it does not exist yet.
    package let model: String

    /// One training.
    package init(
        table: String, target: String, parameters: [JSON.Member], seed: UInt64, model: String
    ) {
        self.table = table
        self.target = target
        self.parameters = parameters
        self.seed = seed
        self.model = model
    }
}
