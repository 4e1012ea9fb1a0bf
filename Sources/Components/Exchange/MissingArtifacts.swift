import Synchronization
import Workbench

/// What an import looked for and did not find, by the stores that it should be in.
///
/// MLflow makes the folder of a run with its first artifact, so a run without one may have had none.
/// That artifacts are lost shows in a store of which nothing at all was found.
final class MissingArtifacts: Sendable {
    private struct Store {
        let files: any ExchangeFiles
        let path: String
        /// Whether its folder was only guessed or named, not recorded by the source.
        let isProxied: Bool
        var found = 0
        var runs = 0
    }

    private let locator: ArtifactLocator
    private let stores = Mutex<[String: Store]>([:])

    init(_ locator: ArtifactLocator) {
        self.locator = locator
    }

    /// Notes that something was found at `uri` or at the place that it has now.
    func found(_ uri: String) {
        change(uri) { $0.found += 1 }
    }

    /// Notes that nothing was found of the artifacts of a run.
    func missedRun(_ uri: String) {
        change(uri) { $0.runs += 1 }
    }

    private func change(_ uri: String, _ body: (inout Store) -> Void) {
        guard let (files, path) = locator.store(of: uri) else { return }
        let title = files.title == "/" ? "" : files.title
        let name = path.isEmpty ? title : "\(title)/\(path)"
        let isProxied = uri.hasPrefix("mlflow-artifacts:")
        stores.withLock {
            body(&$0[name, default: Store(files: files, path: path, isProxied: isProxied)])
        }
    }

    /// Says in which stores nothing was found of any run.
    func tell(_ tally: ExchangeTally) {
        for (name, store) in stores.withLock({ $0 }) where store.found == 0 && store.runs > 0 {
            // A folder that cannot be read is as good as none.
            let isEmpty = (try? store.files.entries(in: store.path).isEmpty) ?? true
            guard isEmpty || store.isProxied else { continue }
            tally.note(
                "artifacts of \(store.runs) run\(store.runs == 1 ? "" : "s")",
                "none were found, neither in \(name) nor beside the source; if there are any, "
                    + "name their folder with --artifacts")
        }
    }
}
