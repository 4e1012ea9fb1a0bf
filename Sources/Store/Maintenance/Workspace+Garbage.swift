import GRDB
import Synchronization
package import Workbench

extension Workspace {
    /// Removes for good what is in the bin, and the bytes that nothing refers to.
    ///
    /// What stays: runs that something else needs (see `GarbageRules`), runs that a process works
    /// on, what is pinned; the content of every artifact, dataset, model version, uploaded file and
    /// result of a task, and the files of the folders among it. Rows go first, in one transaction,
    /// then files; other processes may use the workspace meanwhile.
    ///
    /// - Throws: `corrupt` where the list of files of a folder that stays cannot be read: nothing is
    ///   removed then; `unavailable`.
    package func collectGarbage(
        _ settings: GarbageSettings
    ) async throws(BancadaError) -> GarbageReport {
        let (report, contents) = try await collectRows(settings)
        return try await collectFiles(settings, after: report, contents: contents)
    }

    /// The rows alone; the report lacks what only the files tell.
    package func collectRows(
        _ settings: GarbageSettings
    ) async throws(BancadaError) -> (report: GarbageReport, contents: [ContentDigest]) {
        let now = database.clock.now()
        let manifests = try await manifests()
        let copier = ContentCopy(files: artifacts.files, permissions: 0o644)
        let outcome = Mutex<GarbageRemoval.Outcome?>(nil)
        do throws(BancadaError) {
            try await database.write { db in
                var removal = GarbageRemoval(settings, at: now, in: db) { digest in
                    // A folder that was stored since the lists were read.
                    try manifests[digest.hex] ?? copier.manifest(of: digest).entries.map(\.digest)
                }
                try removal.run()
                outcome.withLock { [done = removal.outcome] in $0 = done }
                // Undone as any write that fails.
                if settings.isDryRun { throw BancadaError(.cancelled, "a dry run") }
            }
        } catch {
            guard settings.isDryRun, error.code == .cancelled else { throw error }
        }
        guard let outcome = outcome.withLock({ $0 }) else {
            throw BancadaError(.internal, "the collection came to no outcome")
        }
        return (outcome.report, outcome.contents)
    }

    /// The files of what `collectRows` removed, and those that nobody knows.
    package func collectFiles(
        _ settings: GarbageSettings, after report: GarbageReport, contents: [ContentDigest]
    ) async throws(BancadaError) -> GarbageReport {
        let before = Timestamp(
            milliseconds: database.clock.now().milliseconds
                - Int64(settings.grace / .milliseconds(1)))
        let database = database
        let isDryRun = settings.isDryRun
        let (layout, files) = (layout, artifacts.files)
        let old = try await onFiles { stop in
            try GarbageFiles(
                layout: layout, files: files, before: before, isDryRun: isDryRun, stop: stop
            ).oldContentFiles()
        }
        let rows = try await knownRows()
        return try await onFiles { stop in
            let garbage = GarbageFiles(
                layout: layout, files: files, before: before, isDryRun: isDryRun, stop: stop)
            let gone = Set(contents.map(\.hex))
            let strays = old.filter { !rows.contents.contains($0.hex) && !gone.contains($0.hex) }
            var report = report
            let known = { (digests: Set<String>) in try database.known(digests) }
            report.contents = try garbage.removeContents(contents, known: known)
            report.leftovers = try garbage.removeContents(strays, known: known)
            let temporaries = try garbage.removeTemporaries()
            report.leftovers.count += temporaries.count
            report.leftovers.bytes += temporaries.bytes
            report.caches = try garbage.removeCaches {
                rows.contents.contains($0) && !gone.contains($0)
            }
            report.folders = try garbage.removeRunFolders(
                gone: Set(report.runs.map(\.id)), known: { rows.runs.contains($0) })
            return report
        }
    }

    /// The digests of the files of every stored folder whose list can be read, by the folder's: read
    /// before the transaction, which should be short.
    private func manifests() async throws(BancadaError) -> [String: [ContentDigest]] {
        let folders = try await database.read { db in
            try db.all("SELECT digest FROM contents WHERE kind = 'folder'") { try $0.digest(0) }
        }
        let copier = ContentCopy(files: artifacts.files, permissions: 0o644)
        return try await onFiles { stop in
            var lists: [String: [ContentDigest]] = [:]
            for digest in folders {
                try stop.check()
                // Whether one that cannot be read matters is decided in the transaction.
                lists[digest.hex] = try? copier.manifest(of: digest).entries.map(\.digest)
            }
            return lists
        }
    }

    private func knownRows() async throws(BancadaError) -> (
        contents: Set<String>, runs: Set<String>
    ) {
        try await database.read { db in
            (
                Set(try db.all("SELECT digest FROM contents") { try $0.text(0) }),
                Set(try db.all("SELECT id FROM runs") { try $0.text(0) })
            )
        }
    }

    private func onFiles<Value: Sendable>(
        _ work: @escaping @Sendable (StopFlag) throws -> Value
    ) async throws(BancadaError) -> Value {
        do {
            return try await artifacts.queue.run(work)
        } catch {
            throw storeError(error, at: layout.artifacts)
        }
    }
}

extension WorkspaceDatabase {
    /// Which of some digests have a row now. Called where nothing can be awaited: on the threads of
    /// files.
    fileprivate func known(_ digests: Set<String>) throws -> Set<String> {
        try readNow { db in
            Set(
                try digests.filter {
                    try db.exists("SELECT 1 FROM contents WHERE digest = :digest", ["digest": $0])
                })
        }
    }
}
