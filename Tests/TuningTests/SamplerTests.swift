import Testing
import Tuning
import Workbench

/// What every sampler must do.
@Suite struct SamplerTests {
    static let samplers = SamplerCatalogue.names

    private func history(_ function: TestFunction, count: Int) async throws -> [Trial] {
        var trials: [Trial] = []
        for number in 0..<count {
            let drawn = try await RandomSampler().suggest(
                SuggestRequest(
                    space: function.space, goal: .minimize, history: [], number: number, seed: 77))
            let value = number % 7 == 3 ? nil : function.value(drawn)
            trials.append(.ended(number, drawn.values, value: value))
        }
        return trials
    }

    @Test(
        "The same space, history, number and seed give the same assignment", arguments: samplers,
        TestFunction.all)
    func repeats(name: String, function: TestFunction) async throws {
        let sampler = try SamplerCatalogue.sampler(named: name)
        let other = try SamplerCatalogue.sampler(named: name)
        for count in [0, 5, 40] {
            let history = try await history(function, count: count)
            let request = SuggestRequest(
                space: function.space, goal: .minimize, history: history, number: count, seed: 5)
            let first = try await sampler.suggest(request)
            #expect(try await sampler.suggest(request) == first)
            #expect(try await other.suggest(request) == first)
        }
    }

    @Test("Other numbers and seeds give other assignments", arguments: samplers)
    func differs(name: String) async throws {
        let sampler = try SamplerCatalogue.sampler(named: name)
        let history = try await history(.bowl, count: 30)
        var seen: [Assignment] = []
        for seed in [0, 1, .max] as [UInt64] {
            for number in 30..<35 {
                let drawn = try await sampler.suggest(
                    SuggestRequest(
                        space: TestFunction.bowl.space, goal: .minimize, history: history,
                        number: number, seed: seed))
                #expect(!seen.contains(drawn))
                seen.append(drawn)
            }
        }
    }

    @Test("Assignments stay in the space", arguments: samplers, TestFunction.all)
    func bounds(name: String, function: TestFunction) async throws {
        let sampler = try SamplerCatalogue.sampler(named: name)
        let prepared = try PreparedSpace(function.space)
        let history = try await history(function, count: 60)
        for number in 60..<100 {
            let drawn = try await sampler.suggest(
                SuggestRequest(
                    space: function.space, goal: .maximize, history: history, number: number,
                    seed: 2))
            let point = prepared.point(of: drawn)
            #expect(point.count { !$0.isNaN } == drawn.values.count)
            let again = try prepared.choose { point[$0] }
            #expect(again.assignment.values.map(\.name) == drawn.values.map(\.name))
        }
    }

    @Test("Constraints hold", arguments: samplers, [true, false])
    func constraints(name: String, multivariate: Bool) async throws {
        let settings: [JSON.Member] =
            name == "tpe" ? [.init("multivariate", .bool(multivariate))] : []
        let sampler = try SamplerCatalogue.sampler(named: name, settings: settings)
        let space = SearchSpace(
            dimensions: TestFunction.bowl.space.dimensions, constraints: ["x0 + x1 > 6"])
        var history: [Trial] = []
        for number in 0..<40 {
            let drawn = try await sampler.suggest(
                SuggestRequest(
                    space: space, goal: .minimize, history: history, number: number, seed: 3))
            #expect((drawn["x0"]?.double ?? 0) + (drawn["x1"]?.double ?? 0) > 6)
            history.append(
                .ended(number, drawn.values, value: TestFunction.bowl.value(drawn)))
        }
    }

    @Test("Histories of every odd kind are borne", arguments: samplers)
    func oddHistories(name: String) async throws {
        let sampler = try SamplerCatalogue.sampler(named: name)
        let space = TestFunction.settings.space
        let same = try await history(.settings, count: 1)[0].assignment.values
        let histories: [[Trial]] = [
            (0..<30).map { .ended($0, same, value: 1) },
            (0..<30).map { .ended($0, same, value: nil) },
            (0..<30).map { .ended($0, same, value: $0 % 2 == 0 ? .infinity : -.infinity) },
            (0..<30).map { .ended($0, [.init("other", 3)], value: Double($0)) },
            (0..<30).map { .ended($0, [.init("rate", .number(5e9))], value: Double($0)) },
            (0..<30).map { .ended($0, [.init("kind", "d")], value: Double($0)) },
        ]
        for history in histories {
            let drawn = try await sampler.suggest(
                SuggestRequest(
                    space: space, goal: .minimize, history: history, number: 30, seed: 0))
            #expect(drawn.values.count == space.dimensions.count)
            let point = try PreparedSpace(space).point(of: drawn)
            #expect(point.allSatisfy { $0.isFinite })
        }
    }

    @Test("An unknown sampler is named with the nearest one")
    func unknown() {
        let error = #expect(throws: BancadaError.self) {
            try SamplerCatalogue.sampler(named: "tpee")
        }
        #expect(error?.hint == "use \"tpe\"")
    }

    @Test(
        "Unknown and wrong settings are refused",
        arguments: [
            ("tpe", "gama", 0.2, "write \"gamma\""), ("tpe", "gamma", 1.5, nil),
            ("tpe", "n_startup_trials", 0.5, nil), ("random", "gamma", 0.2, "leave"),
            ("tpe", "multivariate", "perhaps", nil),
        ] as [(String, String, JSON, String?)])
    func settings(sampler: String, name: String, value: JSON, hint: String?) {
        let error = #expect(throws: BancadaError.self) {
            try SamplerCatalogue.sampler(named: sampler, settings: [.init(name, value)])
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains("\"\(name)\"") == true)
        if let hint { #expect(error?.hint?.hasPrefix(hint) == true) }
    }

    @Test("Settings may be text, as Katib writes them")
    func texts() throws {
        let settings = try TPESettings([
            .init("n_startup_trials", "20"), .init("gamma", "0.25"), .init("multivariate", "false"),
        ])
        #expect(settings.startupTrials == 20)
        #expect(settings.gamma == 0.25)
        #expect(!settings.isMultivariate)
    }
}

@Suite struct TPESamplerTests {
    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    @Test(
        "Beats random search on the median of five seeds, by the margin",
        arguments: [
            (TestFunction.bowl, 0.2), (.valley, 0.3), (.settings, 0.8), (.tree, 0.8),
        ])
    func beatsRandom(function: TestFunction, margin: Double) async throws {
        var random: [Double] = []
        var tpe: [Double] = []
        for seed in 0..<5 as Range<UInt64> {
            random.append(try await function.least(RandomSampler(), seed: seed, trials: 100))
            tpe.append(try await function.least(TPESampler(), seed: seed, trials: 100))
        }
        #expect(median(tpe) < margin * median(random), "\(tpe) against \(random)")
    }

    @Test("Maximising a function is minimising its opposite")
    func goals() async throws {
        let function = TestFunction.settings
        var trials: [Trial] = []
        var opposite: [Trial] = []
        for number in 0..<40 {
            let drawn = try await RandomSampler().suggest(
                SuggestRequest(
                    space: function.space, goal: .minimize, history: [], number: number, seed: 1))
            trials.append(.ended(number, drawn.values, value: function.value(drawn)))
            opposite.append(.ended(number, drawn.values, value: -function.value(drawn)))
        }
        let down = try await TPESampler().suggest(
            SuggestRequest(
                space: function.space, goal: .minimize, history: trials, number: 40, seed: 1))
        let up = try await TPESampler().suggest(
            SuggestRequest(
                space: function.space, goal: .maximize, history: opposite, number: 40, seed: 1))
        #expect(down == up)
    }

    @Test("Failed trials keep later ones away")
    func failures() async throws {
        let space = SearchSpace(dimensions: [
            .init("x", .float(low: 0, high: 1, scale: .linear, step: nil))
        ])
        // Equal values everywhere; everything below 0.5 fails.
        var history: [Trial] = []
        for number in 0..<60 {
            let x = (Double(number * 37 % 60) + 0.5) / 60
            history.append(.ended(number, [.init("x", .number(x))], value: x < 0.5 ? nil : 1))
        }
        var below = 0
        for number in 60..<100 {
            let drawn = try await TPESampler().suggest(
                SuggestRequest(
                    space: space, goal: .minimize, history: history, number: number, seed: 0))
            if (drawn["x"]?.double ?? 0) < 0.5 { below += 1 }
        }
        #expect(below < 8, "\(below) of 40")
    }
}

@Suite struct ParzenEstimatorTests {
    @Test("The density of a mixed space sums to one", arguments: [0, 1, 7, 60])
    func normalised(count: Int) async throws {
        // 5 x 4 x 3 cells: every value can be visited.
        let space = SearchSpace(dimensions: [
            .init("a", .int(low: 1, high: 5, log: false, step: 1)),
            .init("b", .int(low: 1, high: 4, log: true, step: 1)),
            .init("c", .categorical(["x", "y", "z"]), condition: "a > 2"),
        ])
        let prepared = try PreparedSpace(space)
        var points: [[Double]] = []
        for number in 0..<count {
            let drawn = try await RandomSampler().suggest(
                SuggestRequest(
                    space: space, goal: .minimize, history: [], number: number, seed: 8))
            points.append(prepared.point(of: drawn))
        }
        let estimator = ParzenEstimator(
            axes: prepared.axes, parameters: [0, 1, 2], points: points,
            weights: points.map { _ in 1 })
        var all: [[Double]] = []
        for a in 1...5 {
            for b in 1...4 {
                let first = prepared.axes[0].coordinate(of: JSON(a)) ?? .nan
                let second = prepared.axes[1].coordinate(of: JSON(b)) ?? .nan
                for c in 0..<(a > 2 ? 3 : 1) {
                    all.append([first, second, a > 2 ? Double(c) : .nan])
                }
            }
        }
        let total = estimator.logDensities(at: all).reduce(0) { $0 + exponential($1) }
        // Cells narrower than a fifth of a deviation count by the density in their middle.
        #expect(abs(total - 1) < 1e-3, "\(total)")
    }

    private func exponential(_ x: Double) -> Double {
        var result = 1.0
        var term = 1.0
        for order in 1...30 {
            term *= x / 1024 / Double(order)
            result += term
        }
        for _ in 0..<10 { result *= result }
        return result
    }
}
