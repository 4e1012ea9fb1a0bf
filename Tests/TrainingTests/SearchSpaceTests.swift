import Documents
import LinearAlgebra
import Testing
import Training
import Workbench

@Suite struct SearchSpaceTests {
    /// A value of a domain at `place` in 0...1.
    private func value(_ domain: SearchSpace.Domain, at place: Double) -> JSON {
        switch domain {
        case .float(let low, let high, _, _): .number(low + (high - low) * place)
        case .int(let low, let high, _, _):
            JSON(low + Int((Double(high - low) * place).rounded()))
        case .categorical(let choices): choices[Int(place * Double(choices.count - 1))]
        case .discrete(let choices): .number(choices[Int(place * Double(choices.count - 1))])
        }
    }

    @Test("Settings accept every assignment of their space", arguments: Algorithm.allCases)
    func accepted(algorithm: Algorithm) throws {
        var generator = Xoshiro256(seed: 3)
        for round in 0..<100 {
            let members = algorithm.searchSpace.dimensions.map { dimension in
                // Both ends of every domain are among them.
                let place = round < 2 ? Double(round) : generator.uniform()
                return JSON.Member(dimension.name, value(dimension.domain, at: place))
            }
            let text = JSON.object(members).compactText
            let node = try JSONParser.parse(Array(text.utf8), document: "a")
            let settings = try Settings(
                ObjectFields(node, document: "a"), of: algorithm.parameters)
            for member in members {
                let setting = settings.values.first { $0.name == member.name }
                #expect(setting?.value.json == member.value)
            }
            let assignments = members.map { member in
                if case .string(let word) = member.value { return "\(member.name)=\(word)" }
                return "\(member.name)=\(member.value.compactText)"
            }
            #expect(try Settings(assignments: assignments, of: algorithm.parameters) == settings)
        }
    }

    @Test("The defaults lie within", arguments: Algorithm.allCases)
    func defaults(algorithm: Algorithm) throws {
        let settings = try Settings(of: algorithm.parameters)
        #expect(!algorithm.searchSpace.dimensions.isEmpty)
        for dimension in algorithm.searchSpace.dimensions {
            let value = settings.values.first { $0.name == dimension.name }?.value
            switch (dimension.domain, value) {
            case (.float(let low, let high, _, _), .number(let value)?):
                #expect((low...high).contains(value))
            case (.int(let low, let high, _, _), .integer(let value)?):
                #expect((low...high).contains(value))
            case (.categorical(let choices), .text(let word)?):
                #expect(choices.contains(.string(word)))
            default: Issue.record("\(dimension.name) is of another type")
            }
        }
    }
}
