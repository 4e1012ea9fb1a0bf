/// What may be removed for good.
package struct GarbageSettings: Sendable {
    /// How long a run, an experiment or a logged model must have been in the bin.
    package var olderThan: Duration
    /// How long content that nothing refers to yet is left alone: somebody may be about to refer to
    /// it. Also how old a file must be that nobody knows of.
    package var grace: Duration
    /// Whether everything stays, and the report says what would go.
    package var isDryRun: Bool

    /// Settings.
    package init(
        olderThan: Duration = .zero, grace: Duration = .seconds(3600), isDryRun: Bool = false
    ) {
        self.olderThan = olderThan
        self.grace = grace
        self.isDryRun = isDryRun
    }
}

/// What was removed for good, or would be.
package struct GarbageReport: Sendable {
    /// Something with a name that goes, or stays.
    package struct Entry: Sendable, Equatable {
        /// Its identity, such as a run's 32 digits.
        package let id: String
        /// Its name.
        package let name: String
        /// Why it stays; empty for what goes.
        package let reason: String
    }

    /// How many things of a kind there are, and their bytes on disk.
    package struct Amount: Sendable, Equatable {
        /// How many.
        package var count = 0
        /// Their bytes.
        package var bytes: Int64 = 0

        /// An amount.
        package init(count: Int = 0, bytes: Int64 = 0) {
            self.count = count
            self.bytes = bytes
        }

        mutating func add(_ size: Int64) {
            count += 1
            bytes += size
        }
    }

    /// Runs, newest first.
    package var runs: [Entry] = []
    /// Experiments.
    package var experiments: [Entry] = []
    /// Logged models.
    package var loggedModels: [Entry] = []
    /// Runs, experiments and logged models that are in the bin and stay, because something that
    /// stays needs them.
    package var kept: [Entry] = []
    /// Artifacts: what runs recorded, and what clients uploaded.
    package var artifacts = 0
    /// Contents that nothing refers to any more.
    package var contents = Amount()
    /// Contents that nothing refers to, but that are too young to be removed.
    package var waiting = Amount()
    /// Files below `artifacts/` that no row knows, such as what a crash left.
    package var leftovers = Amount()
    /// Copies of contents that are gone.
    package var caches = Amount()
    /// Working folders and logs of runs that are gone.
    package var folders = Amount()

    /// All bytes on disk that become free.
    package var bytes: Int64 { contents.bytes + leftovers.bytes + caches.bytes + folders.bytes }

    /// Whether nothing is removed.
    package var isEmpty: Bool {
        runs.isEmpty && experiments.isEmpty && loggedModels.isEmpty && artifacts == 0
            && contents.count + leftovers.count + caches.count + folders.count == 0
    }
}
