import LinearAlgebra
import Tabular
import Workbench

/// Linear scores straight from raw rows.
///
/// Standardisation is folded into the weights: the score is the sum of
/// (coefficient / scale) * (x - mean) over numbers, plus one weight for every text's level, plus
/// the intercept. Every row is computed by itself in one fixed order, so a row has the same bytes
/// alone or among others, on any number of threads.
struct LinearScorer: Sendable {
    /// Scores of a row.
    let outputCount: Int
    private let centres: [Double]
    private let fills: [Double]
    private let weights: [Double]
    private let levelWeights: [[Double]]
    private let intercepts: [Double]

    /// Numbers of a raw row.
    var numberCount: Int { centres.count }
    /// Texts of a raw row.
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
        self.centres = centres
        self.fills = fills
        self.levelWeights = levelWeights
        intercepts = state.intercepts
        weights = (0..<outputs).flatMap { output in
            factors.map { state.coefficients[output, $0.offset] * $0.factor }
        }
    }

    /// The scores of raw rows: rows x outputs, row after row.
    ///
    /// - Precondition: the rows are of the encoder.
    func scores(of rows: FeatureRows) -> [Double] {
        let width = numberCount
        precondition(rows.numbers.count == rows.count * width, "the rows have another width")
        precondition(rows.codes.count == rows.count * textCount, "the rows have other texts")
        var scores = [Double](repeating: 0, count: rows.count * outputCount)
        var deviations = [Double](repeating: 0, count: width)
        let numbers = rows.numbers.span
        for row in 0..<rows.count {
            for column in 0..<width {
                let value = numbers[row * width + column]
                deviations[column] = (value.isNaN ? fills[column] : value) - centres[column]
            }
            for output in 0..<outputCount {
                var score = Vector.dot(
                    deviations.span,
                    weights.span.extracting(output * width..<(output + 1) * width))
                for (text, weights) in levelWeights.enumerated() {
                    let code = Int(rows.codes[row * textCount + text])
                    if code >= 0 { score += weights[code * outputCount + output] }
                }
                scores[row * outputCount + output] = score + intercepts[output]
            }
        }
        return scores
    }
}
