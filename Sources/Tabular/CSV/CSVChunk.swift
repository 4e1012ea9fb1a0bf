/// How the columns of a CSV file are read in one pass over it.
struct CSVPlan: Sendable {
    /// What is made of a column's cells.
    enum Kind: UInt8, Sendable {
        /// Numbers, and a note of what else there was.
        case number
        /// Codes of a dictionary.
        case text
        /// Nothing: the column is known already.
        case skip
    }

    /// The byte between fields.
    let delimiter: UInt8
    /// One for every column.
    let kinds: [Kind]
    /// What the cells of a column may be; any other one is an error.
    let allowed: [CellFlags]
    /// The column's place among those of its kind.
    let slots: [Int]
    /// How many columns are read as numbers.
    let numberCount: Int
    /// How many columns are read as texts.
    let textCount: Int

    init(delimiter: UInt8, kinds: [Kind], allowed: [CellFlags]) {
        self.delimiter = delimiter
        self.kinds = kinds
        self.allowed = allowed
        var counts = [0, 0, 0]
        slots = kinds.map { kind in
            defer { counts[Int(kind.rawValue)] += 1 }
            return counts[Int(kind.rawValue)]
        }
        numberCount = counts[Int(Kind.number.rawValue)]
        textCount = counts[Int(Kind.text.rawValue)]
    }
}

/// What is wrong in a CSV file, and at which byte of the chunk that was parsed.
struct CSVFailure: Error, Sendable {
    /// The kinds of error.
    enum Kind: Sendable {
        case fieldCount(Int)
        case textAfterQuote
        case openQuote
        case notUTF8
        case zeroByte
        case wrongValue(column: Int, text: String)
    }

    /// What is wrong.
    let kind: Kind
    /// Where, from the start of the chunk.
    let offset: Int
}

/// The values of some consecutive records.
struct CSVChunk: Sendable {
    /// How many records.
    var rowCount = 0
    /// How many lines they make up, blank ones included.
    var lineCount = 0
    /// Elements from one column to the next in `numbers` and `codes`.
    var stride = 0
    /// Columns of numbers one after the other.
    var numbers: [Double] = []
    /// Columns of texts one after the other, as codes of `levels`; -1 where the value is missing.
    var codes: [Int32] = []
    /// The texts of every text column.
    var levels: [LevelDictionary] = []
    /// What was seen in every column that is not skipped.
    var flags: [CellFlags] = []
    /// The first error, if there is one; the values are then of no use.
    var failure: CSVFailure?
}
