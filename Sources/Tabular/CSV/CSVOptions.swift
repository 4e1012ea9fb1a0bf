/// What a CSV reader is told beforehand.
package struct CSVOptions: Sendable {
    /// The byte between fields; nil means whichever of `,` `;` tab `|` fits the first lines.
    package var delimiter: UInt8?
    /// Types of columns that are known, by name, such as those of a model's features: they are
    /// not inferred. Names that are not in the file do not matter.
    package var types: [String: ColumnType]
    /// Bytes that are read before the records among them are parsed; the result does not depend
    /// on it.
    package var batchBytes = 16 << 20
    /// Bytes of records that one thread parses at a time; the result does not depend on it.
    package var chunkBytes = 1 << 20

    /// Options, all of them detected unless given.
    package init(delimiter: UInt8? = nil, types: [String: ColumnType] = [:]) {
        self.delimiter = delimiter
        self.types = types
    }
}

/// The bounds that keep a damaged or hostile file from using up memory.
enum CSVLimits {
    /// The most columns of a table.
    static let columns = 100_000
    /// The most bytes of one record: beyond it a quote was surely never closed.
    static let recordBytes = 64 << 20
    /// Bytes of records from which the types of columns are guessed.
    static let sampleBytes = 256 << 10
}
