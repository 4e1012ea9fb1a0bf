/// One immutable version of a named dataset: a folder artifact with `data.csv` and `schema.json`.
package struct DatasetVersion: Sendable {
    /// The dataset's name.
    package let name: String
    /// 1, 2, 3 ... in order of import.
    package let version: Int
    /// The artifact that holds the folder.
    package let artifact: Artifact
    /// Where the bytes came from, as the user named it.
    package let source: String
    /// Number of rows.
    package let rows: Int
    /// Number of columns.
    package let columns: Int
    /// When it was imported.
    package let creationTime: Timestamp

    /// A dataset version as it is stored.
    package init(
        name: String, version: Int, artifact: Artifact, source: String, rows: Int, columns: Int,
        creationTime: Timestamp
    ) {
        self.name = name
        self.version = version
        self.artifact = artifact
        self.source = source
        self.rows = rows
        self.columns = columns
        self.creationTime = creationTime
    }

    /// `dataset:NAME@VERSION`, as `--data` takes it.
    package var uri: String { "dataset:\(name)@\(version)" }
}
