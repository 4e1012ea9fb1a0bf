package import LinearAlgebra
package import Workbench

/// Reads CSV files (RFC 4180) into tables.
///
/// A header is required. Fields may be quoted, with doubled quotes, delimiters and line ends in
/// them; lines end with LF, CR LF or CR; blank lines are skipped; a byte order mark is allowed; text
/// is UTF-8; space around unquoted fields does not count. Types are inferred over the whole file,
/// quoted and unquoted alike: integer, number, boolean, else text; a column without any value is
/// one of numbers. An empty field and the words pandas takes for missing are missing values.
/// Files that start with gzip's magic bytes are decompressed.
///
/// The bytes are read once, in batches whose records several threads parse; a second time only
/// when a column that looked like numbers at the start turns out to have text further on. The
/// result does not depend on the number of threads.
package enum CSVReader {
    /// Reads a file.
    ///
    /// - Throws: `notFound` for a missing file, `unavailable` where it cannot be read, and
    ///   `invalidInput`, naming the line, for anything that is not such a table.
    package static func read(
        path: String, options: CSVOptions = CSVOptions(), parallel: Parallel = .serial,
        progress: any ProgressReporter = SilentProgress()
    ) throws(BancadaError) -> Table {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let source = try FileSource(path: path)
        defer { source.close() }
        return try read(source, name: name, options, parallel, progress)
    }

    /// Reads bytes in memory, gzip or not, as the file `name`.
    ///
    /// - Throws: `invalidInput`, as for files.
    package static func parse(
        _ bytes: [UInt8], name: String, options: CSVOptions = CSVOptions(),
        parallel: Parallel = .serial
    ) throws(BancadaError) -> Table {
        try read(MemorySource(bytes), name: name, options, parallel, SilentProgress())
    }

    private static func read(
        _ raw: any ByteSource, name: String, _ options: CSVOptions, _ parallel: Parallel,
        _ progress: any ProgressReporter
    ) throws(BancadaError) -> Table {
        let source: any ByteSource = try Gunzip.isGzip(raw) ? Gunzip(raw, name: name) : raw
        var batches = CSVBatches(source: source, name: name, options: options)
        let (dialect, sample) = try batches.start()
        var kinds = dialect.header.map { column -> CSVPlan.Kind in
            options.types[column] == .text ? .text : .number
        }
        let allowed = dialect.header.map { allowedCells(options.types[$0]) }
        // The start of the file tells most columns of text, without a second reading.
        let guess = CSVParser.guess(
            sample, CSVPlan(delimiter: dialect.delimiter, kinds: kinds, allowed: allowed))
        for (column, flags) in guess.enumerated() where isText(flags, allowed[column]) {
            kinds[column] = .text
        }
        var builder = TableBuilder(header: dialect.header, kinds: kinds)
        while true {
            let plan = CSVPlan(
                delimiter: dialect.delimiter, kinds: builder.kinds, allowed: allowed)
            try batches.forEachBatch(plan, parallel, progress) { chunks, expected in
                builder.append(chunks, expectedRows: expected, parallel)
            }
            guard builder.turnTextColumns({ isText($1, allowed[$0]) }) else { break }
            try batches.restart()
        }
        return try builder.table(name: name, types: options.types)
    }

    /// Whether cells of these kinds make a column of text, where it may be one: some are neither
    /// number nor boolean, or there are both.
    private static func isText(_ flags: CellFlags, _ allowed: CellFlags) -> Bool {
        guard allowed.contains(.text) else { return false }
        if flags.contains(.text) { return true }
        return flags.contains(.boolean) && !flags.isDisjoint(with: [.integer, .number])
    }

    private static func allowedCells(_ type: ColumnType?) -> CellFlags {
        switch type {
        case nil, .text: [.integer, .number, .boolean, .text]
        case .integer, .number: [.integer, .number]
        case .boolean: [.boolean, .integer]
        }
    }
}
