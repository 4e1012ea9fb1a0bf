package import LinearAlgebra
package import Workbench

/// Turns tables into matrices of numbers, the way it learned from one table.
///
/// It lives inside of a model, so that whoever asks the model gives raw columns. Numbers are
/// centred at their mean and divided by their standard deviation (of the population, missing values
/// counted as the mean); booleans are 0 and 1; every text of a column of texts has a column of its
/// own.
package struct FeatureEncoder: Sendable, Equatable {
    /// The columns it takes, in order; names are unique.
    package let features: [Feature]
    /// Columns of the encoded matrix.
    package let width: Int
    /// Where each feature starts in an encoded row.
    package let offsets: [Int]
    private let levelCodes: [[String: Int32]]

    /// An encoder of known features.
    ///
    /// - Throws: `invalidInput` for a name that is there twice.
    package init(features: [Feature]) throws(BancadaError) {
        var names: Set<String> = []
        for feature in features where !names.insert(feature.name).inserted {
            throw BancadaError(
                .invalidInput, "the feature \"\(feature.name)\" is there twice")
        }
        var offsets: [Int] = []
        var width = 0
        for feature in features {
            offsets.append(width)
            width += feature.width
        }
        self.features = features
        self.offsets = offsets
        self.width = width
        levelCodes = features.map { feature in
            guard case .oneHot(let levels, _) = feature.encoding else { return [:] }
            var codes: [String: Int32] = [:]
            for (index, level) in levels.enumerated() { codes[level] = Int32(index) }
            return codes
        }
    }

    /// Names of the encoded columns.
    package var encodedNames: [String] { features.flatMap(\.encodedNames) }

    /// Whether every feature is a number before it is encoded.
    package var isNumeric: Bool { features.allSatisfy(\.isNumeric) }

    /// The types of the features by name: what a reader of data for this encoder needs to know.
    package var columnTypes: [String: ColumnType] {
        Dictionary(features.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    }

    /// The code of a text of feature `index`: its level, the one for missing values, or -1.
    func code(_ text: String?, feature index: Int) -> Int32 {
        guard let text else {
            guard case .oneHot(let levels, true) = features[index].encoding else { return -1 }
            return Int32(levels.count)
        }
        return levelCodes[index][text] ?? -1
    }

    /// The encoded rows of a table: rows x `width`.
    ///
    /// - Throws: `invalidInput` for features that are missing or of another type.
    package func encode(
        _ table: Table, parallel: Parallel = .serial
    ) throws(BancadaError) -> Matrix {
        let bound = try bind(table)
        try Self.checkSize(rows: table.rowCount, width: width)
        let blocks = Blocks(of: table.rowCount, size: 512)
        let values = parallel.rows(blocks, width: width) { range, output in
            bound.encode(range, into: &output)
        }
        return Matrix(rows: table.rowCount, columns: width, values: values)
    }

    /// The most numbers of an encoded matrix: 16 GiB of them.
    private static let maximumElements = 1 << 31

    /// Refuses a matrix that no machine of this kind can hold.
    private static func checkSize(rows: Int, width: Int) throws(BancadaError) {
        guard rows * width <= maximumElements else {
            throw BancadaError(
                .invalidInput,
                "\(rows) rows of \(width) encoded features are too many, expected at most "
                    + "\(maximumElements) numbers",
                hint: "use fewer rows, or leave out text columns with many values")
        }
    }
}
