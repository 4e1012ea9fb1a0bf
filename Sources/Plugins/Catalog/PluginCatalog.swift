import Documents
import Foundation
package import Workbench

/// The plugins that can be used, found in folders in the order in which they are given.
///
/// Of two plugins of one name, and of two capabilities of one kind and name, the first one wins, and
/// a remark says so. A `plugin.yaml` that cannot be used is a remark too: it hides no other plugin.
package struct PluginCatalog: Sendable {
    /// Where plugins are looked for.
    package enum Place: Sendable, Equatable {
        /// One plugin's folder itself.
        case plugin(String)
        /// A folder of plugin folders; it may be missing.
        case folder(String)
    }

    /// Something that was found and is not used, or not as it stands.
    package struct Remark: Sendable, Equatable {
        /// The plugin's folder.
        package let folder: String
        /// What is wrong, in a sentence.
        package let message: String
        /// Whether the plugin is not usable at all, rather than hidden by another one.
        package let isFailure: Bool
    }

    /// The plugins, in the order of being found.
    package private(set) var plugins: [PluginManifest] = []
    /// What is not used, and why.
    package private(set) var remarks: [Remark] = []

    /// Looks for plugins in `places`, in order; names inside a folder are taken in order too.
    package init(searching places: [Place]) {
        for place in places {
            switch place {
            case .plugin(let folder): add(folder)
            case .folder(let folder): Self.folders(in: folder).forEach { add($0) }
            }
        }
    }

    /// Reads the `plugin.yaml` of one folder.
    ///
    /// - Throws: `notFound` where there is none; `invalidInput` and `unsupported` for its contents.
    package static func manifest(in folder: String) throws(BancadaError) -> PluginManifest {
        let absolute = URL(fileURLWithPath: folder).standardizedFileURL.path
        let path = absolute + "/" + PluginManifest.file
        guard FileManager.default.fileExists(atPath: path) else {
            throw BancadaError(
                .notFound, "\(folder) is no plugin: it has no \(PluginManifest.file)",
                hint: "give the folder of a plugin")
        }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw BancadaError(
                .unavailable, "cannot read \(path)", hint: "check the file's permissions")
        }
        guard bytes.count <= PluginManifest.maximumSize else {
            throw BancadaError(
                .invalidInput,
                "\(path) has \(bytes.count) bytes, expected at most "
                    + "\(PluginManifest.maximumSize)")
        }
        return try PluginManifest(parsing: Array(bytes), document: path, folder: absolute)
    }

    /// The plugin with a name.
    ///
    /// - Throws: `notFound` naming the nearest one; what is wrong with it where it cannot be used.
    package func plugin(named name: String) throws(BancadaError) -> PluginManifest {
        if let plugin = plugins.first(where: { $0.name == name }) { return plugin }
        if let remark = remarks.first(where: {
            $0.isFailure && URL(fileURLWithPath: $0.folder).lastPathComponent == name
        }) {
            throw BancadaError(
                .invalidInput, "plugin \"\(name)\" cannot be used: \(remark.message)",
                hint: "mend \(remark.folder)/\(PluginManifest.file)")
        }
        let near = NearestName.of(name, among: plugins.map(\.name))
        throw BancadaError(
            .notFound, "plugin \"\(name)\" not found",
            hint: near.map { "write \"\($0)\"" } ?? "list plugins with 'bancada plugins list'")
    }

    /// The component `name` and the plugin that provides it; nil when none does.
    package func component(
        _ name: String
    ) -> (declaration: ComponentSpecification, plugin: PluginManifest)? {
        first { $0.components.first { $0.name == name } }
    }

    /// The trainer `name` and the plugin that provides it; nil when none does.
    package func trainer(
        _ name: String
    ) -> (declaration: TrainerDeclaration, plugin: PluginManifest)? {
        first { $0.trainers.first { $0.name == name } }
    }

    /// The sampler `name` and the plugin that provides it; nil when none does.
    package func sampler(
        _ name: String
    ) -> (declaration: SamplerDeclaration, plugin: PluginManifest)? {
        first { $0.samplers.first { $0.name == name } }
    }

    /// The objective `name` and the plugin that provides it; nil when none does.
    package func objective(
        _ name: String
    ) -> (declaration: ObjectiveDeclaration, plugin: PluginManifest)? {
        first { $0.objectives.first { $0.name == name } }
    }

    /// The reader for files of such a name, and the plugin that provides it; nil when none does.
    package func reader(
        for fileName: String
    ) -> (declaration: ReaderDeclaration, plugin: PluginManifest)? {
        first { plugin in
            plugin.readers.first { reader in
                reader.files.contains { FilePattern.matches(fileName, $0) }
            }
        }
    }

    /// Every runtime with the plugin that provides it, in order.
    package var runtimes: [(declaration: RuntimeDeclaration, plugin: PluginManifest)] {
        plugins.flatMap { plugin in plugin.runtimes.map { ($0, plugin) } }
    }

    private func first<Declaration>(
        _ find: (PluginManifest) -> Declaration?
    ) -> (declaration: Declaration, plugin: PluginManifest)? {
        for plugin in plugins {
            if let declaration = find(plugin) { return (declaration, plugin) }
        }
        return nil
    }

    private mutating func add(_ folder: String) {
        do {
            let manifest = try Self.manifest(in: folder)
            guard !plugins.contains(where: { $0.folder == manifest.folder }) else { return }
            if let other = plugins.first(where: { $0.name == manifest.name }) {
                remarks.append(
                    Remark(
                        folder: manifest.folder,
                        message: "plugin \"\(manifest.name)\" in \(manifest.folder) is hidden by "
                            + "the one in \(other.folder)", isFailure: false))
                return
            }
            for (kind, name) in manifest.capabilityNames {
                guard
                    let other = plugins.first(where: { plugin in
                        plugin.capabilityNames.contains { $0 == (kind, name) }
                    })
                else { continue }
                remarks.append(
                    Remark(
                        folder: manifest.folder,
                        message: "\(kind) \"\(name)\" of plugin \"\(manifest.name)\" is hidden by "
                            + "that of plugin \"\(other.name)\"", isFailure: false))
            }
            plugins.append(manifest)
        } catch {
            let tail = error.hint.map { "; \($0)" } ?? ""
            remarks.append(
                Remark(folder: folder, message: error.message + tail, isFailure: true))
        }
    }

    private static func folders(in folder: String) -> [String] {
        // A folder that is not there, or cannot be listed, has no plugins.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { !$0.hasPrefix(".") }.map { folder + "/" + $0 }.filter {
            FileManager.default.fileExists(atPath: $0 + "/" + PluginManifest.file)
        }
    }
}
