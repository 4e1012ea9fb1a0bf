package import Workbench

/// Everything that decides what an execution gives: equal inputs have equal results, so the digest
/// of this is the key under which a result is found again.
///
/// Names of runs, tasks and folders are not part of it: the same step in another place is the same
/// step. Artifacts count by their bytes, not by their names.
package struct CacheInputs: Sendable, Equatable {
    /// The parts as one object with a fixed order of members.
    package let json: JSON

    /// The inputs of one execution.
    ///
    /// - Parameters:
    ///   - fingerprint: what the component adds of its own, see `Component.fingerprint`.
    ///   - environment: the variables that the task sets; those of the user are not counted.
    package init(
        component: ComponentSpecification, fingerprint: JSON?, input: ExecutorInput,
        environment: [(name: String, value: String)]
    ) {
        let artifacts = input.artifacts.sorted { $0.key < $1.key }.map { name, artifacts in
            JSON.Member(name, .array(artifacts.map { JSON($0.digest?.hex) }))
        }
        json = [
            "component": .string(component.name), "version": .string(component.version),
            "identity": fingerprint ?? .null,
            "parameters": .object(input.parameters.sorted { $0.name < $1.name }),
            "artifacts": .object(artifacts),
            "environment": .object(
                environment.sorted { $0.name < $1.name }.map { .init($0.name, .string($0.value)) }),
            "outputs": .object(
                component.outputs.map { .init($0.name, .string($0.type.word)) }),
        ]
    }

    /// Inputs as they were stored.
    package init(stored json: JSON) {
        self.json = json
    }

    /// What differs between two executions of one task.
    package struct Difference: Sendable, Equatable {
        /// The part, such as `parameters.test` or `identity.script`.
        package let path: String
        /// Its value before; nil where there was none.
        package let before: JSON?
        /// Its value now; nil where there is none.
        package let now: JSON?
    }

    /// The parts in which this differs from an earlier execution, in order.
    package func differences(from earlier: CacheInputs) -> [Difference] {
        Self.differences("", earlier.json, json)
    }

    private static func differences(_ path: String, _ before: JSON, _ now: JSON) -> [Difference] {
        if before == now { return [] }
        guard case .object(let old) = before, case .object(let new) = now else {
            return [Difference(path: path, before: before, now: now)]
        }
        var names = new.map(\.name)
        for member in old where new.allSatisfy({ $0.name != member.name }) {
            names.append(member.name)
        }
        return names.flatMap { name -> [Difference] in
            let inner = path.isEmpty ? name : "\(path).\(name)"
            switch (before[name], now[name]) {
            case (let left?, let right?): return differences(inner, left, right)
            case (let left, let right):
                return [Difference(path: inner, before: left, now: right)]
            }
        }
    }
}
