import Documents
package import Plugins
import Training
import Tuning
package import Workbench

/// What plugins add to what is built in: trainers, model formats, samplers, objectives, readers and
/// components. What is built in comes first everywhere.
package struct Extensions: Sendable {
    /// The plugins that can be used.
    package let catalog: PluginCatalog
    private let hosts: PluginHosts?

    /// No plugins.
    package static let none = Extensions(PluginCatalog(searching: []))

    /// What `catalog` offers; without `hosts` it can be asked for names only.
    package init(_ catalog: PluginCatalog, hosts: PluginHosts? = nil) {
        self.catalog = catalog
        self.hosts = hosts
    }

    /// The component with a name; nil where no plugin has it.
    package func component(named name: String) -> (any Component)? {
        guard let hosts, let found = catalog.component(name) else { return nil }
        return PluginComponent(found.declaration, host: hosts.host(of: found.plugin))
    }

    /// The names of all components.
    package var componentNames: [String] {
        catalog.plugins.flatMap { $0.components.map(\.name) }
    }

    /// The trainer with a name; nil where no plugin has it.
    package func trainer(named name: String) -> PluginTrainer? {
        guard let hosts, let found = catalog.trainer(name) else { return nil }
        return PluginTrainer(found.declaration, host: hosts.host(of: found.plugin))
    }

    /// The names of all trainers.
    package var trainerNames: [String] {
        catalog.plugins.flatMap { $0.trainers.map(\.name) }
    }

    /// The error for an algorithm that neither is built in nor a plugin's trainer.
    package func unknownAlgorithm(_ name: String) -> BancadaError {
        let names = Algorithm.allCases.map(\.rawValue) + trainerNames
        return BancadaError(
            .invalidInput, "unknown algorithm \"\(name)\"",
            hint: NearestName.of(name, among: names).map { "use \"\($0)\"" }
                ?? "use one of \(names.joined(separator: ", "))")
    }

    /// The sampler with a name, a built-in one first.
    ///
    /// - Throws: `invalidInput` for an unknown name or setting, with the nearest one as the hint.
    package func sampler(
        named name: String, settings: [JSON.Member]
    ) throws(BancadaError) -> any Sampler {
        if !SamplerCatalogue.names.contains(name), let hosts, let found = catalog.sampler(name) {
            return try PluginSampler(
                found.declaration, settings: settings, host: hosts.host(of: found.plugin))
        }
        try checkSampler(name)
        return try SamplerCatalogue.sampler(named: name, settings: settings)
    }

    /// Refuses a sampler that neither is built in nor a plugin's.
    ///
    /// - Parameter place: where it is named, as the begin of the message.
    /// - Throws: `invalidInput`, with the nearest name as the hint.
    package func checkSampler(_ name: String, at place: String = "") throws(BancadaError) {
        let names =
            SamplerCatalogue.names + catalog.plugins.flatMap { $0.samplers.map(\.name) }
        if names.contains(name) { return }
        throw BancadaError(
            .invalidInput, "\(place)unknown sampler \"\(name)\"",
            hint: NearestName.of(name, among: names).map { "use \"\($0)\"" }
                ?? "use one of \(names.joined(separator: ", "))")
    }

    /// What a plugin says of its objective with a name.
    ///
    /// - Throws: `notFound`, with the nearest name as the hint.
    package func objectiveDeclaration(
        named name: String
    ) throws(BancadaError) -> ObjectiveDeclaration {
        if let found = catalog.objective(name) { return found.declaration }
        let names = catalog.plugins.flatMap { $0.objectives.map(\.name) }
        throw BancadaError(
            .notFound, "no plugin has an objective \"\(name)\"",
            hint: NearestName.of(name, among: names).map { "write \"\($0)\"" }
                ?? "list plugins with 'bancada plugins list'")
    }

    /// The objective with a name, for a space that its parameters can be chosen from.
    ///
    /// - Parameter metric: what a bare value of the plugin is called.
    /// - Throws: `notFound`; `invalidInput` for parameters that the objective does not have.
    package func objective(
        named name: String, metric: String, space: SearchSpace
    ) throws(BancadaError) -> any Objective {
        let declaration = try objectiveDeclaration(named: name)
        let known = declaration.parameters.map(\.name)
        for dimension in space.dimensions where !known.isEmpty && !known.contains(dimension.name) {
            throw BancadaError(
                .invalidInput, "objective \"\(name)\" has no parameter \"\(dimension.name)\"",
                hint: NearestName.of(dimension.name, among: known).map { "write \"\($0)\"" }
                    ?? "use one of \(known.joined(separator: ", "))")
        }
        guard let hosts, let found = catalog.objective(name) else {
            throw BancadaError(.internal, "objective \"\(name)\" was asked without its plugin")
        }
        return PluginObjective(declaration, metric: metric, host: hosts.host(of: found.plugin))
    }

    /// The reader of a file, where a plugin claims its name and it is no CSV file; nil elsewhere.
    package func reader(for path: String) -> PluginReader? {
        guard let hosts, let found = readerDeclaration(for: path) else { return nil }
        return PluginReader(found.declaration, host: hosts.host(of: found.plugin))
    }

    /// What a plugin says of its reader of a file, as `reader`.
    package func readerDeclaration(
        for path: String
    ) -> (declaration: ReaderDeclaration, plugin: PluginManifest)? {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if DataReference.isTable(name) { return nil }
        return catalog.reader(for: name)
    }

    /// The first model format that claims a folder with files of these names.
    func runtime(for fileNames: [String]) -> PluginRuntime? {
        guard let hosts, let found = format(of: fileNames) else { return nil }
        return PluginRuntime(found.declaration, host: hosts.host(of: found.plugin))
    }

    /// The first model format that claims a folder.
    func runtime(in folder: String) -> PluginRuntime? {
        guard let hosts, let found = format(in: folder) else { return nil }
        return PluginRuntime(found.declaration, host: hosts.host(of: found.plugin))
    }

    /// What a plugin says of the format of a folder.
    package func format(
        in folder: String
    ) -> (declaration: RuntimeDeclaration, plugin: PluginManifest)? {
        catalog.runtimes.first { $0.declaration.recognises(folder: folder) }
    }

    /// What a plugin says of the format of a folder with files of these names.
    package func format(
        of fileNames: [String]
    ) -> (declaration: RuntimeDeclaration, plugin: PluginManifest)? {
        catalog.runtimes.first { found in fileNames.contains { found.declaration.claims($0) } }
    }
}
