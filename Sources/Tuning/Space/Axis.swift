package import Workbench

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One parameter as samplers see it: a coordinate on a line, or the number of a choice.
///
/// Numbers are linear or logarithmic in their coordinate, so that a step of the same size means as
/// much everywhere. A parameter with steps (an integer, a float with `step`, a discrete one) has
/// cells: the line is half a step longer than the values on both sides, and every coordinate in a
/// cell means the cell's value.
package struct Axis: Sendable {
    /// What coordinates mean.
    package enum Kind: Sendable, Equatable {
        /// Every coordinate is a value of its own.
        case continuous
        /// The line is cut into `count` cells.
        case cells(count: Int)
        /// The coordinate is the number of a choice, without an order.
        case choices(count: Int)
    }

    /// What coordinates mean.
    package let kind: Kind
    /// The first coordinate.
    package let low: Double
    /// The last coordinate; for choices the number of the last one.
    package let high: Double
    /// Whether values are spread as a normal distribution before anything is known.
    package let isNormal: Bool
    private let domain: SearchSpace.Domain
    private let decimals: Int

    /// The axis of a domain that has been checked.
    init(_ domain: SearchSpace.Domain) {
        self.domain = domain
        var normal = false
        var decimals = 0
        switch domain {
        case .float(let low, let high, let scale, let step):
            let isLog = scale == .log || scale == .logNormal
            normal = scale == .normal || scale == .logNormal
            if let step {
                let count = Axis.steps(low, high, step) + 1
                kind = .cells(count: count)
                self.low = low - step / 2
                self.high = low + (Double(count) - 0.5) * step
                decimals = max(Axis.decimals(low), Axis.decimals(step))
            } else {
                kind = .continuous
                self.low = isLog ? log(low) : low
                self.high = isLog ? log(high) : high
            }
        case .int(let low, let high, let isLog, let step):
            let count = (high - low) / step + 1
            kind = .cells(count: count)
            let last = low + (count - 1) * step
            let half = Double(step) / 2
            self.low = isLog ? log(Double(low) - half) : Double(low) - half
            self.high = isLog ? log(Double(last) + half) : Double(last) + half
        case .categorical(let choices):
            kind = .choices(count: choices.count)
            self.low = 0
            self.high = Double(choices.count - 1)
        case .discrete(let choices):
            kind = .cells(count: choices.count)
            self.low = -0.5
            self.high = Double(choices.count) - 0.5
        }
        isNormal = normal
        self.decimals = decimals
    }

    /// The length of the line.
    package var width: Double { high - low }

    /// How many choices there are; nil on a line.
    package var choiceCount: Int? {
        if case .choices(let count) = kind { return count }
        return nil
    }

    /// The value that a coordinate means.
    package func value(at coordinate: Double) -> JSON {
        switch domain {
        case .float(let low, let high, let scale, nil):
            let isLog = scale == .log || scale == .logNormal
            return .number(min(max(isLog ? exp(coordinate) : coordinate, low), high))
        case .float(let low, _, _, let step?):
            return .number(rounded(low + Double(cell(of: coordinate)) * step))
        case .int(let low, _, _, let step):
            return JSON(low + cell(of: coordinate) * step)
        case .categorical(let choices):
            return choices[min(max(Int(coordinate), 0), choices.count - 1)]
        case .discrete(let choices):
            let value = choices[cell(of: coordinate)]
            let isWhole = choices.allSatisfy { $0 == $0.rounded() && abs($0) < 0x1p53 }
            return isWhole ? .integer(Int64(value)) : .number(value)
        }
    }

    /// The coordinate of a value; nil for one that the parameter does not have.
    package func coordinate(of value: JSON) -> Double? {
        if case .categorical(let choices) = domain {
            let number =
                choices.firstIndex(of: value)
                ?? choices.firstIndex { Self.isSame($0, value) }
            return number.map(Double.init)
        }
        guard let number = Self.number(value), number.isFinite else { return nil }
        switch domain {
        case .float(let low, let high, let scale, let step):
            guard number >= low, number <= high else { return nil }
            guard step != nil else {
                return scale == .log || scale == .logNormal ? log(number) : number
            }
            return middle(of: cell(of: number))
        case .int(let low, let high, _, let step):
            guard let exact = Int(exactly: number), exact >= low, exact <= high,
                (exact - low) % step == 0
            else { return nil }
            return middle(of: (exact - low) / step)
        case .discrete(let choices):
            return choices.firstIndex { abs($0 - number) <= 1e-12 * abs($0) }.map(Double.init)
        case .categorical: return nil
        }
    }

    /// The coordinates that mean the same value as `coordinate`.
    ///
    /// - Precondition: the axis has cells.
    package func cellBounds(_ coordinate: Double) -> (low: Double, high: Double) {
        let cell = Double(cell(of: coordinate))
        guard case .int(let low, _, true, _) = domain else {
            let width = width / Double(cellCount)
            return (self.low + cell * width, self.low + (cell + 1) * width)
        }
        let value = Double(low) + cell
        return (log(value - 0.5), log(value + 0.5))
    }

    /// The number of the cell that a coordinate falls into.
    package func cell(of coordinate: Double) -> Int {
        let count = cellCount
        let position: Double
        if case .int(let low, _, true, _) = domain {
            position = exp(coordinate) - (Double(low) - 0.5)
        } else {
            position = (coordinate - low) / width * Double(count)
        }
        return min(max(Int(position.rounded(.down)), 0), count - 1)
    }

    /// Whether all cells have the same width; those of a logarithmic integer have not.
    var isEven: Bool {
        if case .int(_, _, true, _) = domain { return false }
        return true
    }

    /// The coordinate in the middle of the value that `coordinate` means.
    func centred(_ coordinate: Double) -> Double {
        if case .cells = kind { return middle(of: cell(of: coordinate)) }
        return coordinate
    }

    private var cellCount: Int {
        if case .cells(let count) = kind { return count }
        return 1
    }

    /// A coordinate inside a cell that stands for its value.
    private func middle(of cell: Int) -> Double {
        if case .int(let low, _, true, _) = domain { return log(Double(low + cell)) }
        return low + (Double(cell) + 0.5) * width / Double(cellCount)
    }

    /// A sum of steps without the binary dust: 0.3, not 0.30000000000000004.
    private func rounded(_ value: Double) -> Double {
        guard decimals > 0, decimals <= 15 else { return value }
        let scale = pow(10, Double(decimals))
        let scaled = (value * scale).rounded()
        return abs(scaled) < 0x1p53 ? scaled / scale : value
    }

    private static func number(_ value: JSON) -> Double? {
        switch value {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    private static func isSame(_ left: JSON, _ right: JSON) -> Bool {
        guard let left = number(left), let right = number(right) else { return false }
        return left == right
    }

    /// How many whole steps fit, with room for the rounding of decimal fractions.
    static func steps(_ low: Double, _ high: Double, _ step: Double) -> Int {
        Int(((high - low) / step + 1e-9).rounded(.down))
    }

    /// How many decimals the shortest text of a number has; 16 where it has an exponent.
    private static func decimals(_ value: Double) -> Int {
        let text = value.description
        if text.contains("e") { return 16 }
        guard let point = text.firstIndex(of: ".") else { return 0 }
        let digits = text[text.index(after: point)...]
        return digits == "0" ? 0 : digits.count
    }
}
