package import Workbench

/// The files of a run as its clients see them: what was uploaded to it, what it recorded, and, in
/// folders of their names, the files of the models that it logged.
package struct RunArtifacts: Sendable {
    /// A file of a run.
    package struct File: Sendable, Equatable {
        /// Where it is below the run's folder.
        package let path: ArtifactPath
        /// How many bytes it has.
        package let size: Int64

        /// A file at a path.
        package init(path: ArtifactPath, size: Int64) {
            self.path = path
            self.size = size
        }
    }

    /// A folder of the artifact tree and where the run shows it.
    private struct Mount: Sendable {
        let shown: ArtifactPath
        let place: ArtifactPath
    }

    /// Where the run's client keeps its files, where that is not this workspace.
    package let elsewhere: String?

    private let tree: any ArtifactTree
    /// The first to show a file keeps it.
    private let mounts: [Mount]

    /// The most logged models of a run that are looked at.
    private static let mostModels = 1000

    /// The files of a run, which are not read yet.
    package init(of run: Run, services: Services) async throws(BancadaError) {
        tree = services.tree
        let experiment = try await services.experiments.experiment(run.experiment)
        let isHere = try ArtifactPath(location: experiment.artifactRoot) != nil
        elsewhere = isHere ? nil : "\(experiment.artifactRoot)/\(run.id.text)/artifacts"
        let roots = try await ModelContents(services).roots(of: run.experiment)
        let own = ArtifactPath(parts: [run.id.text, "artifacts"])
        var mounts = roots.map { Mount(shown: ArtifactPath(parts: []), place: $0.appending(own)) }
        for model in try await Self.models(of: run, services) {
            // A name that is no name of a folder cannot be shown as one.
            guard let shown = try? ArtifactPath(model.name), shown.parts.count == 1 else {
                continue
            }
            let files = ArtifactPath(parts: ["models", model.id.text, "artifacts"])
            mounts += roots.map { Mount(shown: shown, place: $0.appending(files)) }
        }
        self.mounts = mounts
    }

    /// The models that a run logged, newest first.
    package static func models(
        of run: Run, _ services: Services
    ) async throws(BancadaError) -> [LoggedModel] {
        let maker = SearchField(.attribute, "source_run_id")
        let query = LoggedModelQuery(
            experiments: [run.experiment],
            filter: Filter([.init(maker, .text(.equal, run.id.text))]))
        return try await services.loggedModels.loggedModels(query, limit: mostModels, after: nil)
            .items
    }

    /// What is in a folder, ordered by name; nothing for a file or where nothing is.
    package func list(
        _ folder: ArtifactPath
    ) async throws(BancadaError) -> [ArtifactTreeEntry] {
        var entries: [ArtifactTreeEntry] = []
        var names: Set<[UInt8]> = []
        for mount in mounts {
            for entry in try await list(folder, in: mount)
            where names.insert(Array(entry.name.utf8)).inserted {
                entries.append(entry)
            }
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private func list(
        _ folder: ArtifactPath, in mount: Mount
    ) async throws(BancadaError) -> [ArtifactTreeEntry] {
        if let rest = folder.rest(below: mount.shown) {
            return try await tree.list(mount.place.appending(rest))
        }
        guard let name = mount.shown.rest(below: folder)?.parts.first,
            try await !tree.list(mount.place).isEmpty
        else { return [] }
        return [ArtifactTreeEntry(name: name, size: nil)]
    }

    /// The file at a path; nil where there is none.
    package func file(at path: ArtifactPath) async throws(BancadaError) -> ArtifactFile? {
        for mount in mounts {
            guard let rest = path.rest(below: mount.shown), !rest.parts.isEmpty else { continue }
            do throws(BancadaError) {
                return try await tree.file(at: mount.place.appending(rest))
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        return nil
    }

    /// The files below a folder, those of a folder before those of the folders in it.
    ///
    /// - Returns: at most `limit` files, and whether they are all.
    package func files(
        below folder: ArtifactPath, limit: Int
    ) async throws(BancadaError) -> (files: [File], areAll: Bool) {
        var files: [File] = []
        var folders = [folder]
        while let next = folders.popLast() {
            var deeper: [ArtifactPath] = []
            for entry in try await list(next) {
                let path = next.appending(ArtifactPath(parts: [entry.name]))
                guard let size = entry.size else {
                    deeper.append(path)
                    continue
                }
                if files.count == limit { return (files, false) }
                files.append(File(path: path, size: size))
            }
            folders += deeper.reversed()
        }
        return (files, true)
    }
}

extension ArtifactPath {
    /// What of this path comes after `folder`; nil where it is not in it.
    fileprivate func rest(below folder: ArtifactPath) -> ArtifactPath? {
        guard parts.starts(with: folder.parts) else { return nil }
        return ArtifactPath(parts: Array(parts[folder.parts.count...]))
    }
}
