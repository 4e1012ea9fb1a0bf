package import Plugins
package import Tabular
package import Training
package import Workbench

/// A training by a plugin's trainer, checked before any process is started.
package struct PluginTraining: Sendable {
    /// The target column, understood.
    package let target: Target
    /// The settings, defaults included.
    package let settings: [JSON.Member]
    private let declaration: TrainerDeclaration
    private let seed: UInt64

    /// Checks what is asked of a trainer.
    ///
    /// - Parameters:
    ///   - task: what the user asks for; plugins follow the target's type, so it must be the same.
    ///   - settings: what is given over the trainer's defaults.
    /// - Throws: `notFound` for a target that is not there; `invalidInput` for settings and tasks
    ///   that the trainer does not have.
    package init(
        _ declaration: TrainerDeclaration, target: String, of table: Table, task: LearningTask?,
        settings: [JSON.Member], seed: UInt64
    ) throws(BancadaError) {
        let target = try Target(target, of: table)
        let trainer = declaration.name
        if let task, task != target.task {
            throw BancadaError(
                .invalidInput,
                "the target \"\(target.name)\" asks for a \(target.task.rawValue), and "
                    + "\(trainer) of a plugin follows the target",
                hint: "leave out the task, or use a built-in algorithm")
        }
        guard declaration.tasks.contains(target.task.rawValue) else {
            throw BancadaError(
                .invalidInput,
                "\(trainer) learns a \(declaration.tasks.joined(separator: " or a ")), and the "
                    + "target \"\(target.name)\" asks for a \(target.task.rawValue)",
                hint: "use another algorithm")
        }
        self.target = target
        self.settings = try ParameterDeclaration.resolve(
            settings, by: declaration.parameters, of: "trainer \"\(trainer)\"")
        self.declaration = declaration
        self.seed = seed
    }

    /// What a learned model is told to be.
    package func facts(
        _ plugin: (name: String, version: String), table: Table
    ) -> LearnedFacts {
        LearnedFacts(
            trainer: declaration.name, plugin: plugin, settings: settings, target: target,
            table: table, seed: seed)
    }

    /// Lets the trainer learn from `table` and write the folder `model`, which gets its facts.
    ///
    /// - Returns: the measures that the trainer reports.
    /// - Throws: `pluginFailed`; `cancelled`; `timeout`; `unavailable`.
    package func fit(
        _ table: Table, to model: String, by trainer: PluginTrainer, context: ExecutionContext
    ) async throws(BancadaError) -> [JSON.Member] {
        let folder = "\(context.workFolder)/training-table"
        try DatasetFolder.write(table, to: folder)
        let reported = try await trainer.fit(
            TrainerRequest(
                table: folder, target: target.name, parameters: settings, seed: seed, model: model),
            context: context)
        try facts(trainer.plugin, table: table).write(to: model)
        return reported
    }
}
