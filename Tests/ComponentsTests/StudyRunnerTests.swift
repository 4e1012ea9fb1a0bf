import Components
import Synchronization
import Testing
import Tuning
import Workbench

@Suite final class StudyRunnerTests {
    /// Kept until the test ends.
    private var workspaces: [StudyWorkspace] = []

    private func workspace() throws -> StudyWorkspace {
        let made = try StudyWorkspace()
        workspaces.append(made)
        return made
    }

    private func request(
        _ name: String = "s", trials: Int = 30, parallel: Int = 3, target: Double? = nil,
        maxFailed: Int? = nil, seed: UInt64 = 1
    ) -> StudyRequest {
        let space = SearchSpace(dimensions: [
            .init("x", .float(low: 0, high: 1, scale: .linear, step: nil))
        ])
        let objective = StudyObjective(metric: "y", goal: .minimize, target: target)
        return StudyRequest(
            specification: StudySpecification(
                name: name, objective: objective, sampler: .init(seed: seed), trials: trials,
                parallel: parallel, maxFailed: maxFailed, space: space,
                evaluation: .plugin("fake")),
            space: space, objective: objective)
    }

    @Test("A study finds the optimum, tracks every trial and ends its run")
    func whole() async throws {
        let workspace = try workspace()
        let services = workspace.services
        let result = try await StudyRunner(services: services).run(
            request(), objective: FakeObjective.parabola(), stops: .init())
        #expect(result.end == .trials)
        #expect(result.trials.map(\.number) == Array(0..<30))
        #expect(result.best?.value ?? 1 < 0.002)
        #expect(result.study.state == .complete)
        #expect(result.study.completed == 30)
        let stored = try await services.studies.trials(of: "s")
        #expect(stored == result.trials)
        let parent = try await services.runs.run(result.study.run)
        #expect(parent.status == .finished)
        // A study of over a second has metrics of the machine too.
        #expect(parent.metrics.map(\.key).filter { !$0.hasPrefix("system/") } == ["best_y"])
        let run = try await services.runs.run(try #require(stored[7].run))
        #expect(run.kind == .trial && run.parent == parent.id && run.status == .finished)
        #expect(run.params.map(\.key) == ["x"])
        #expect(run.metrics.map(\.key) == ["extra", "y"])
    }

    @Test("A study repeats with places that end in any order")
    func repeats() async throws {
        let first = try await StudyRunner(services: workspace().services).run(
            request(), objective: FakeObjective.parabola(), stops: .init())
        let second = try await StudyRunner(services: workspace().services).run(
            request(), objective: FakeObjective.parabola(), stops: .init())
        #expect(first.trials.map(\.assignment) == second.trials.map(\.assignment))
    }

    @Test("A stopped study goes on and equals one that ran through")
    func resumes() async throws {
        let whole = try await StudyRunner(services: workspace().services).run(
            request(), objective: FakeObjective.parabola(), stops: .init())
        let workspace = try workspace()
        let stops = PipelineRunner.Stops()
        let parabola = FakeObjective.parabola()
        let stopping = FakeObjective { assignment, context async throws(BancadaError) in
            if context.number == 11 { stops.kill.request() }
            try context.execution.cancellation.check()
            let metrics = try await parabola.evaluate(assignment, context: context)
            guard case .number(let value)? = metrics.first?.value else { return .nan }
            return value
        }
        let runner = StudyRunner(services: workspace.services)
        let stopped = try await runner.run(request(), objective: stopping, stops: stops)
        #expect(stopped.end == .cancelled)
        #expect(stopped.study.state == .stopped)
        #expect(stopped.trials.count < 30)
        #expect(try await workspace.services.studies.trials(of: "s") == stopped.trials)
        let resumed = try await runner.run(
            request(), objective: FakeObjective.parabola(), stops: .init())
        #expect(resumed.end == .trials)
        #expect(resumed.earlier == stopped.trials.count)
        #expect(resumed.trials.map(\.assignment) == whole.trials.map(\.assignment))
        #expect(resumed.trials.map(\.value) == whole.trials.map(\.value))
    }

    @Test("Trials that ran when their process died run again with number and assignment")
    func died() async throws {
        let workspace = try workspace()
        let services = workspace.services
        let runner = StudyRunner(services: services)
        _ = try await runner.run(
            request(trials: 3), objective: FakeObjective.parabola(), stops: .init())
        // What a process leaves that dies: a running trial.
        let again = request(trials: 6)
        _ = try await services.studies.openStudy(
            NewStudy(
                name: "s",
                specification: try await services.studies.study(named: "s").specification,
                objective: again.objective,
                run: NewRun(
                    id: services.makeRunID(), kind: .job, experiment: .standard, user: "",
                    startTime: services.clock.now(), holder: services.process)),
            holder: services.process, at: services.clock.now())
        let dead = Trial(
            number: 3, state: .running, assignment: Assignment([.init("x", 0.125)]),
            run: services.makeRunID(), startTime: services.clock.now())
        try await services.studies.update([dead], of: "s", holder: services.process)
        let result = try await runner.run(
            again, objective: FakeObjective.parabola(), stops: .init())
        #expect(result.trials.count == 6)
        #expect(result.trials[3].assignment == dead.assignment)
        #expect(result.trials[3].run != dead.run)
        let abandoned = try await services.runs.run(try #require(dead.run))
        #expect(abandoned.status == .killed)
    }

    @Test("Draining lets the trials that run end and starts no more")
    func drains() async throws {
        let stops = PipelineRunner.Stops()
        let objective = FakeObjective { _, context async throws(BancadaError) in
            if context.number == 5 { stops.drain.request() }
            return 1
        }
        let result = try await StudyRunner(services: workspace().services).run(
            request(), objective: objective, stops: stops)
        #expect(result.end == .cancelled)
        #expect(result.trials.map(\.number) == objective.numbers.sorted())
        #expect(result.trials.count < 12)
    }

    @Test("Failing trials are an outcome until too many of them end the study")
    func failures() async throws {
        let services = try workspace().services
        let objective = FakeObjective { _, context async throws(BancadaError) in
            if context.number % 2 == 1 {
                throw BancadaError(.failed, "no luck in trial \(context.number)")
            }
            return context.number == 4 ? .nan : 1
        }
        let result = try await StudyRunner(services: services).run(
            request(trials: 100, parallel: 1, maxFailed: 3), objective: objective, stops: .init())
        #expect(result.end == .failures)
        #expect(result.study.state == .failed)
        #expect(result.failed == 4)
        #expect(result.trials[1].message == "no luck in trial 1")
        #expect(result.trials[4].message == "the metric \"y\" is nan")
        let run = try await services.runs.run(try #require(result.trials[1].run))
        #expect(run.status == .failed)
    }

    @Test("The target ends a study")
    func target() async throws {
        let result = try await StudyRunner(services: workspace().services).run(
            request(trials: 200, target: 0.01), objective: FakeObjective.parabola(), stops: .init())
        #expect(result.end == .target)
        #expect(result.best?.value ?? 1 <= 0.01)
        #expect(result.trials.count < 200)
    }

    @Test("A study of the same name and another content is refused")
    func conflict() async throws {
        let runner = StudyRunner(services: try workspace().services)
        _ = try await runner.run(
            request(trials: 2), objective: FakeObjective.parabola(), stops: .init())
        let error = await #expect(throws: BancadaError.self) {
            try await runner.run(
                request(trials: 2, seed: 2), objective: FakeObjective.parabola(), stops: .init())
        }
        #expect(error?.code == .conflict)
        let longer = try await runner.run(
            request(trials: 4), objective: FakeObjective.parabola(), stops: .init())
        #expect(longer.trials.count == 4 && longer.earlier == 2)
    }

    @Test("A space in which nothing keeps the constraints ends the study with the reason")
    func impossible() async throws {
        let services = try workspace().services
        var request = request()
        request.space = SearchSpace(
            dimensions: request.space.dimensions, constraints: ["x > 2"])
        let error = await #expect(throws: BancadaError.self) {
            try await StudyRunner(services: services).run(
                request, objective: FakeObjective.parabola(), stops: .init())
        }
        #expect(error?.message.contains("no assignment that keeps the constraints") == true)
        #expect(try await services.studies.study(named: "s").state == .failed)
    }
}
