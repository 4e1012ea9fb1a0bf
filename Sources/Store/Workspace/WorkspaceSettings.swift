package import Workbench

/// What a workspace is given from outside.
package struct WorkspaceSettings: Sendable {
    /// The present.
    package var clock: WallClock
    /// Where the names of runs that nobody named come from.
    package var generator: any RandomNumberGenerator & Sendable
    /// Where private copies are made.
    package var temporaryFolder: String
    /// The schema to work with; only tests have another.
    package var schema: Schema
    /// The most pages that the database may grow to; a write beyond is refused like one on a full
    /// disk.
    package var pageLimit: Int?
    /// How long to wait for another process that has a lock.
    package var patience: Duration

    /// Settings for this build's schema.
    package init(
        clock: WallClock,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        temporaryFolder: String = "/tmp", schema: Schema = .current, pageLimit: Int? = nil,
        patience: Duration = .seconds(10)
    ) {
        self.clock = clock
        self.generator = generator
        self.temporaryFolder = temporaryFolder
        self.schema = schema
        self.pageLimit = pageLimit
        self.patience = patience
    }

    var opening: DatabaseOpening { DatabaseOpening(patience: patience, pageLimit: pageLimit) }
}
