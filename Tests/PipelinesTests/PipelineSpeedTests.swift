import Documents
import Foundation
import Pipelines
import Testing
import Workbench

@Suite(
    "Timings of pipelines for people; set BANCADA_MEASURE to see them", .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["BANCADA_MEASURE"] != nil))
struct PipelineSpeedTests {
    @Test("Files of 10,000 tasks", arguments: ["chain", "fan", "random"])
    func tasks(shape: String) throws {
        var generator = SeededGenerator(seed: 1)
        var text = "name: many\ntasks:\n  t0: {component: x.y}\n"
        for index in 1..<10_000 {
            let before =
                shape == "chain"
                ? index - 1 : shape == "fan" ? 0 : Int.random(in: 0..<index, using: &generator)
            text += "  t\(index): {component: x.y, with: {x: \"${{ tasks.t\(before).x }}\", y: a}, "
            text += "needs: [t\(before / 2)], retry: {limit: 2, backoff: 1s}}\n"
        }
        let bytes = Array(text.utf8)
        for _ in 0..<3 {
            let start = ContinuousClock.now
            let node = try YAMLParser.parse(bytes, document: "many.yaml")
            let parsed = ContinuousClock.now
            let pipeline = try NativePipelineFile.load(node, document: "many.yaml") {
                (path) throws(BancadaError) in throw BancadaError(.notFound, path)
            }
            let read = ContinuousClock.now
            let plan = try PipelinePlan(pipeline, specifications: specification)
            let end = ContinuousClock.now
            print(
                "\(shape): yaml \(parsed - start), pipeline \(read - parsed), plan \(end - read), "
                    + "all \(end - start), \(plan.order.count) tasks")
        }
    }
}
