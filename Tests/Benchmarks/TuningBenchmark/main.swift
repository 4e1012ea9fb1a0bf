import Foundation
import Tuning
import Workbench

// TuningBenchmark overhead                  a line each: sampler, trials that are known, median and
//     least time of one proposal in ms
// TuningBenchmark quality SEEDS [shifted] [FUNCTION-SIZE ...] [NAME=VALUE ...]
//     the least value of 100 and 200 trials, the median over seeds, for random and TPE

let arguments = Array(CommandLine.arguments.dropFirst())
let settings = arguments.filter { $0.contains("=") }.map { text -> JSON.Member in
    let parts = text.split(separator: "=", maxSplits: 1)
    return JSON.Member(String(parts[0]), .string(String(parts[1])))
}

func study(
    _ problem: Problem, _ sampler: some Sampler, seed: UInt64, trials: Int
) async throws -> [Trial] {
    var history: [Trial] = []
    for number in 0..<trials {
        let assignment = try await sampler.suggest(
            SuggestRequest(
                space: problem.space, goal: .minimize, history: history, number: number, seed: seed)
        )
        history.append(
            Trial(
                number: number, state: .complete, assignment: assignment,
                value: problem.evaluate(assignment), startTime: Timestamp(milliseconds: 0)))
    }
    return history
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

func overhead() async throws {
    let space = Problem.tenKinds
    let problem = Problem(name: "ten", space: space, optimum: 0) { assignment in
        assignment.values.reduce(0) { sum, member in
            let value = Problem.number(member.value)
            return sum + (value.isNaN ? 0.3 : abs(log(abs(value) + 1) - 0.6))
        }
    }
    let all = try await study(problem, RandomSampler(), seed: 1, trials: 10_050)
    for name in ["random", "tpe"] {
        let sampler = try SamplerCatalogue.sampler(
            named: name, settings: name == "tpe" ? settings : [])
        try await time(sampler, space: space, over: all)
    }
}

func time(_ sampler: any Sampler, space: SearchSpace, over all: [Trial]) async throws {
    for count in [10, 100, 1000, 10_000] {
        var times: [Double] = []
        for probe in 0..<(count > 1000 ? 20 : 100) {
            let request = SuggestRequest(
                space: space, goal: .minimize,
                history: Array(all[probe % 10..<(probe % 10 + count)]),
                number: count + probe, seed: 3)
            let start = ContinuousClock.now
            _ = try await sampler.suggest(request)
            let elapsed = ContinuousClock.now - start
            times.append(Double(elapsed.components.attoseconds) / 1e15)
        }
        print("\(sampler.name) \(count) \(median(times)) \(times.min() ?? 0)")
    }
}

func quality() async throws {
    let seeds = arguments.dropFirst().first.flatMap { UInt64($0) } ?? 5
    let tpe = try SamplerCatalogue.sampler(named: "tpe", settings: settings)
    let names = arguments.filter { $0.contains("-") && !$0.contains("=") }
    for problem in Problem.all(shifted: arguments.contains("shifted")) {
        if !names.isEmpty, !names.contains(where: problem.name.contains) { continue }
        var line = [problem.name]
        for sampler in [RandomSampler() as any Sampler, tpe] {
            var best: [[Double]] = [[], []]
            for seed in 0..<seeds {
                let trials = try await study(problem, sampler, seed: seed, trials: 200)
                let values = trials.compactMap(\.value)
                best[0].append(values[..<100].min() ?? .nan)
                best[1].append(values.min() ?? .nan)
            }
            line += best.map { String(format: "%.6g", median($0)) }
        }
        print(line.joined(separator: ","))
    }
}

if arguments.first == "overhead" { try await overhead() } else { try await quality() }
