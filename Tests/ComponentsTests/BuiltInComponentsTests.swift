import Components
import Store
import Testing
import Workbench

@Suite struct BuiltInComponentsTests {
    @Test("Every file with a component has put it into the list")
    func list() {
        let names = BuiltInComponents.specifications.map(\.name)
        let expected = [
            "data.import", "data.split", "data.validate", "deploy", "evaluate", "predict",
            "register", "train",
        ]
        #expect(names.filter(expected.contains) == expected)
        #expect(Set(names).count == names.count)
    }

    @Test("Specifications are whole", arguments: BuiltInComponents.specifications)
    func specification(_ specification: ComponentSpecification) {
        #expect(!specification.description.isEmpty && !specification.version.isEmpty)
        let inputs = specification.inputs.map(\.name)
        let outputs = specification.outputs.map(\.name)
        #expect(Set(inputs).count == inputs.count && Set(outputs).count == outputs.count)
        #expect(specification.inputs.allSatisfy { !$0.description.isEmpty })
        #expect(specification.outputs.allSatisfy { !$0.description.isEmpty })
        for input in specification.inputs {
            guard case .parameter(let type) = input.type, let value = input.defaultValue
            else { continue }
            #expect(type.accepts(value))
        }
    }

    @Test("What acted on the registry is taken from the cache only while it still stands")
    func stillHolds() async throws {
        let bench = try Bench()
        let register = try bench.component("register")
        let digest = ContentDigest.sha256([1])
        var input = ExecutorInput(parameters: [.init("name", "m")])
        input.artifacts["model"] = [
            RuntimeArtifact(name: "model", type: .model, path: "", digest: digest)
        ]
        let outputs: [JSON.Member] = [.init("version", 1), .init("uri", "models:/m/1")]
        #expect(try await !register.stillHolds(outputs, for: input))
        _ = try await bench.services.artifacts.store(bytes: [1])
        _ = try await bench.services.registry.createVersion(
            NewModelVersion(name: "m", source: "x", digest: digest, aliases: ["a"]),
            at: bench.services.clock.now())
        #expect(try await register.stillHolds(outputs, for: input))
        let deploy = try bench.component("deploy")
        let aliased = ExecutorInput(parameters: [.init("alias", "a")])
        #expect(try await deploy.stillHolds(outputs, for: aliased))
        let other = ExecutorInput(parameters: [.init("alias", "b")])
        #expect(try await !deploy.stillHolds(outputs, for: other))
    }
}
