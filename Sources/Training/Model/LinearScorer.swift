import LinearAlgebra
import Tabular
import Workbench

/// What gives a model's scores for raw rows.
///
/// Every row is computed by itself in one fixed order, so a row has the same bytes alone or among
/// others, on any number of threads. Where an input is infinite or so large that sums overflow, a
/// score of its row is not finite.
protocol RowScorer: Sendable {
    /// Scores of a row.
    var outputCount: Int { get }
    /// Numbers of a raw row.
    var numberCount: Int { get }
    /// Texts of a raw row.
    var textCount: Int { get }
    /// Arithmetic operations for one row, roughly.
    var operationsPerRow: Int { get }
    /// The scores of raw rows: rows x outputs, row after row.
    ///
    /// - Precondition: the rows are of the model's encoder.
    func scores(of rows: FeatureRows) -> [Double]
}

/// Linear scores straight from raw rows.
///
/// Standardisation is folded into the weights: the score is the sum of
/// (coefficient / scale) * (x - mean) over numbers, plus one weight for every text's level, plus
/// the intercept.
struct LinearScorer: RowScorer {
    let outputCount: Int
    let operationsPerRow: Int
    private let centres: [Double]
    private let fills: [Double]
    private let weights: [Double]
    private let levelWeights: [[Double]]
    private let intercepts: [Double]

    var numberCount: Int { centres.count }
    var textCount: Int { levelWeights.count }

    /// The scorer of learned coefficients over an encoder's rows.
    ///
    /// - Precondition: the coefficients are as wide as the encoder.
    init(_ state: LinearState, _ encoder: FeatureEncoder) {
        precondition(state.coefficients.columns == encoder.width, "the widths differ")
        let outputs = state.coefficients.rows
        var centres: [Double] = []
        var fills: [Double] = []
        var factors: [(offset: Int, factor: Double)] = []
        var levelWeights: [[Double]] = []
        for (feature, offset) in zip(encoder.features, encoder.offsets) {
            switch feature.encoding {
            case .standardised(let mean, let scale):
                centres.append(mean)
                fills.append(mean)
                factors.append((offset, scale == 0 ? 0 : 1 / scale))
            case .flag(let missing):
                centres.append(0)
                fills.append(missing)
                factors.append((offset, 1))
            case .oneHot:
                levelWeights.append(
                    (0..<feature.width).flatMap { level in
                        (0..<outputs).map { state.coefficients[$0, offset + level] }
                    })
            }
        }
        outputCount = outputs
        operationsPerRow = (2 * encoder.width + 20) * max(1, outputs)
        self.centres = centres
        self.fills = fills
        self.levelWeights = levelWeights
        intercepts = state.intercepts
        weights = (0..<outputs).flatMap { output in
            factors.map { state.coefficients[output, $0.offset] * $0.factor }
        }
    }

    func scores(of rows: FeatureRows) -> [Double] {
        let width = numberCount
        precondition(rows.numbers.count == rows.count * width, "the rows have another width")
        precondition(rows.codes.count == rows.count * textCount, "the rows have other texts")
        var deviations = [Double](repeating: 0, count: rows.count * width)
        let numbers = rows.numbers.span
        for row in 0..<rows.count {
            for column in 0..<width {
                let value = numbers[row * width + column]
                deviations[row * width + column] =
                    (value.isNaN ? fills[column] : value) - centres[column]
            }
        }
        var scores = [Double](repeating: 0, count: rows.count * outputCount)
        var target = scores.mutableSpan
        Vector.products(
            ofRows: deviations.span, count: rows.count, withRows: weights.span,
            count: outputCount, width: width, into: &target)
        for row in 0..<rows.count {
            let place = row * outputCount
            for (text, weights) in levelWeights.enumerated() {
                let code = Int(rows.codes[row * textCount + text])
                guard code >= 0 else { continue }
                for output in 0..<outputCount {
                    target[place + output] += weights[code * outputCount + output]
                }
            }
            for output in 0..<outputCount { target[place + output] += intercepts[output] }
        }
        return scores
    }
}
