import Components
import Synchronization
import Workbench

/// An objective that is a function of the assignment and the trial's number, and remembers its calls.
final class FakeObjective: Objective {
    private let evaluateOne:
        @Sendable (Assignment, TrialContext) async throws(BancadaError) -> Double
    private let calls = Mutex<[Int]>([])

    init(
        _ evaluate:
            @escaping @Sendable (
                Assignment, TrialContext
            ) async throws(BancadaError) -> Double
    ) {
        evaluateOne = evaluate
    }

    /// The numbers of the trials that were evaluated, in the order of beginning.
    var numbers: [Int] { calls.withLock { $0 } }

    func evaluate(
        _ assignment: Assignment, context: TrialContext
    ) async throws(BancadaError) -> [JSON.Member] {
        calls.withLock { $0.append(context.number) }
        let value = try await evaluateOne(assignment, context)
        return [.init("y", .number(value)), .init("extra", 1)]
    }

    /// (x - 0.3)^2 after a few turns of other tasks, more for some trials than for others.
    static func parabola() -> FakeObjective {
        FakeObjective { assignment, context async throws(BancadaError) in
            for _ in 0..<(context.number * 7 % 5) { await Task.yield() }
            guard case .number(let x)? = assignment["x"] else { return .nan }
            return (x - 0.3) * (x - 0.3)
        }
    }
}
