import LinearAlgebra
import Testing
import Tuning
import Workbench

@Suite struct SearchSpaceTests {
    @Test(
        "Refuses domains without values, naming the parameter",
        arguments: [
            (.float(low: 2, high: 1, scale: .linear, step: nil), "has low 2.0 above high 1.0"),
            (.float(low: 0, high: 1, scale: .log, step: nil), "is logarithmic and has low 0.0"),
            (.float(low: 1, high: 2, scale: .log, step: 0.1), "exclude each other"),
            (.float(low: 0, high: .infinity, scale: .linear, step: nil), "expected finite"),
            (.float(low: 0, high: 1, scale: .linear, step: 0), "has step 0.0"),
            (.int(low: 3, high: 2, log: false, step: 1), "has low 3 above high 2"),
            (.int(low: 0, high: 9, log: true, step: 1), "is logarithmic and has low 0"),
            (.int(low: 0, high: 9, log: false, step: 0), "has step 0"),
            (.int(low: .min, high: .max, log: false, step: 1), "expected magnitudes"),
            (.categorical([]), "has no choices"),
            (.categorical(["a", 1, "a"]), "has the choice \"a\" twice"),
            (.categorical(["a", ["b"]]), "which is a list or an object"),
            (.discrete([1, 1]), "not ascending"),
            (.discrete([]), "has no choices"),
        ] as [(SearchSpace.Domain, String)])
    func domains(domain: SearchSpace.Domain, message: String) throws {
        let error = #expect(throws: BancadaError.self) {
            try SearchSpace(dimensions: [.init("x", domain)]).validate()
        }
        #expect(error?.code == .invalidInput)
        #expect(
            error?.message.contains("\"x\" \(message)") == true
                || error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    private static let x = SearchSpace.Dimension(
        "x", .int(low: 0, high: 9, log: false, step: 1))

    @Test(
        "Refuses conditions and constraints over what is not there",
        arguments: [
            (SearchSpace(dimensions: []), "has no parameters", nil),
            (SearchSpace(dimensions: [x, x]), "two parameters named \"x\"", nil),
            (
                SearchSpace(dimensions: [
                    .init("y", .discrete([1]), condition: "x > 1"), x,
                ]), "which is not before it", "move \"x\" before the parameter that depends on it"
            ),
            (
                SearchSpace(dimensions: [x, .init("y", .discrete([1]), condition: "xx > 1")]),
                "asks for \"xx\"", "write \"x\""
            ),
            (
                SearchSpace(dimensions: [x], constraints: ["z < 1"]), "asks for \"z\"",
                "use one of x"
            ),
            (SearchSpace(dimensions: [x], constraints: ["x <"]), "expression", nil),
        ] as [(SearchSpace, String, String?)])
    func expressions(space: SearchSpace, message: String, hint: String?) {
        let error = #expect(throws: BancadaError.self) { try space.validate() }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        if let hint { #expect(error?.hint == hint) }
    }

    @Test(
        "Draws stay in their domain and come back as the same coordinate",
        arguments: [
            .float(low: -2, high: 3, scale: .linear, step: nil),
            .float(low: 1e-6, high: 10, scale: .log, step: nil),
            .float(low: 0, high: 1, scale: .normal, step: nil),
            .float(low: 1e-3, high: 1e3, scale: .logNormal, step: nil),
            .float(low: 0.1, high: 0.9, scale: .linear, step: 0.2),
            .float(low: 5, high: 5, scale: .linear, step: nil),
            .int(low: -3, high: 10, log: false, step: 4),
            .int(low: 1, high: 1000, log: true, step: 1),
            .int(low: 7, high: 7, log: false, step: 1), .discrete([0.5, 2, 9]),
            .categorical(["a", 1, 1.5, true, .null]),
        ] as [SearchSpace.Domain])
    func draws(domain: SearchSpace.Domain) async throws {
        let space = SearchSpace(dimensions: [.init("x", domain)])
        let prepared = try PreparedSpace(space)
        for number in 0..<200 {
            let assignment = try await RandomSampler().suggest(
                SuggestRequest(
                    space: space, goal: .minimize, history: [], number: number, seed: 4))
            let point = prepared.point(of: assignment)
            #expect(point.allSatisfy { !$0.isNaN }, "\(assignment)")
            let again = try prepared.choose { point[$0] }
            switch domain {
            case .float(_, _, .log, _), .float(_, _, .logNormal, _):
                let (a, b) = (again.assignment["x"]?.double ?? 0, assignment["x"]?.double ?? 0)
                #expect(abs(a - b) <= 1e-12 * abs(b))
            default: #expect(again.assignment == assignment)
            }
        }
    }

    @Test("Steps give decimal numbers without binary dust")
    func steps() throws {
        let space = try PreparedSpace(
            SearchSpace(dimensions: [
                .init("x", .float(low: 0.1, high: 0.95, scale: .linear, step: 0.1))
            ]))
        var values: [Double] = []
        for index in 0..<9 {
            let axis = space.axes[0]
            let x = axis.low + (Double(index) + 0.5) * axis.width / 9
            values.append(axis.value(at: x).double)
        }
        #expect(values == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
    }

    @Test("Integers of a logarithmic parameter are as frequent as their cells are wide")
    func logarithmic() async throws {
        let space = SearchSpace(dimensions: [.init("x", .int(low: 1, high: 8, log: true, step: 1))])
        var counts: [Int64: Int] = [:]
        for number in 0..<4000 {
            let drawn = try await RandomSampler().suggest(
                SuggestRequest(
                    space: space, goal: .minimize, history: [], number: number, seed: 1))
            if case .integer(let value)? = drawn["x"] { counts[value, default: 0] += 1 }
        }
        // log(1.5/0.5) / log(8.5/0.5) = 0.388 and log(8.5/7.5) / log(8.5/0.5) = 0.0442
        #expect(abs(Double(counts[1] ?? 0) / 4000 - 0.388) < 0.03)
        #expect(abs(Double(counts[8] ?? 0) / 4000 - 0.0442) < 0.015)
    }

    @Test("A parameter is part of an assignment exactly where its condition holds")
    func conditions() async throws {
        let space = TestFunction.tree.space
        for number in 0..<100 {
            let drawn = try await RandomSampler().suggest(
                SuggestRequest(
                    space: space, goal: .minimize, history: [], number: number, seed: 9))
            let names = drawn.values.map(\.name)
            if drawn["model"] == "wide" {
                #expect(names == ["model", "a"])
            } else {
                let hasC = (drawn["b"]?.double ?? 0) > 0
                #expect(names == (hasC ? ["model", "b", "c"] : ["model", "b"]))
            }
        }
    }

    @Test("Constraints hold, and one over a parameter that is not active is kept")
    func constraints() async throws {
        let space = SearchSpace(
            dimensions: [
                .init("x", .float(low: 0, high: 1, scale: .linear, step: nil)),
                .init("y", .float(low: 0, high: 1, scale: .linear, step: nil)),
                .init("z", .discrete([1, 2]), condition: "x > 0.5"),
            ], constraints: ["x + y < 0.8", "parameters.z + 1 < 3"])
        for number in 0..<50 {
            let drawn = try await RandomSampler().suggest(
                SuggestRequest(
                    space: space, goal: .minimize, history: [], number: number, seed: 9))
            #expect((drawn["x"]?.double ?? 1) + (drawn["y"]?.double ?? 1) < 0.8)
            #expect(drawn["z"] == nil || drawn["z"] == 1)
        }
    }

    @Test("A space whose constraints nothing keeps is an error, not a loop")
    func impossible() async {
        let space = SearchSpace(dimensions: [Self.x], constraints: ["x > 20"])
        let error = await #expect(throws: BancadaError.self) {
            try await RandomSampler().suggest(
                SuggestRequest(space: space, goal: .minimize, history: [], number: 0, seed: 0))
        }
        #expect(error?.message.contains("in 10000 tries") == true)
        #expect(error?.hint?.contains("x > 20") == true)
    }

    @Test("A constraint that is neither true nor false is an error")
    func notABoolean() async {
        let space = SearchSpace(dimensions: [Self.x], constraints: ["x + 1"])
        await #expect(throws: BancadaError.self) {
            try await RandomSampler().suggest(
                SuggestRequest(space: space, goal: .minimize, history: [], number: 0, seed: 0))
        }
    }
}
