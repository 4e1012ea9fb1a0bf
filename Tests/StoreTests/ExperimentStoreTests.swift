import Store
import Testing
import Workbench

@Suite struct ExperimentStoreTests {
    @Test("Creates experiments with numbers after Default and keeps their tags")
    func create() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().experiments
        let id = try await store.createExperiment(
            named: "penguins ü",
            artifactLocation: nil,
            tags: [Workbench.Tag(key: "z", value: "1"), Workbench.Tag(key: "a", value: "")],
            at: at(5))
        #expect(id == ExperimentID(1))
        let stored = try await store.experiment(id)
        #expect(
            stored
                == Experiment(
                    id: id, name: "penguins ü", lifecycle: .active, creationTime: at(5),
                    lastUpdateTime: at(5),
                    tags: [Workbench.Tag(key: "a", value: ""), Workbench.Tag(key: "z", value: "1")])
        )
        #expect(try await store.experiment(named: "penguins ü") == stored)
    }

    @Test("Refuses a taken name, also one of a deleted experiment")
    func taken() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().experiments
        let id = try await store.createExperiment(
            named: "a", artifactLocation: nil, tags: [], at: at(1))
        #expect(
            await code {
                try await store.createExperiment(
                    named: "a", artifactLocation: nil, tags: [], at: at(2))
            }
                == .conflict)
        try await store.setLifecycle(.deleted, of: id, at: at(3))
        #expect(
            await code {
                try await store.createExperiment(
                    named: "a", artifactLocation: nil, tags: [], at: at(4))
            }
                == .conflict)
        let other = try await store.createExperiment(
            named: "b", artifactLocation: nil, tags: [], at: at(5))
        #expect(
            await code { try await store.renameExperiment(other, to: "a", at: at(6)) }
                == .conflict)
        try await store.renameExperiment(other, to: "b", at: at(7))
    }

    @Test("Refuses bad names", arguments: ["", String(repeating: "x", count: 501), "a\0b"])
    func badNames(name: String) async throws {
        let scratch = try Scratch()
        let store = try scratch.create().experiments
        #expect(
            await code {
                try await store.createExperiment(
                    named: name, artifactLocation: nil, tags: [], at: at(1))
            }
                == .invalidInput)
        let longest = String(repeating: "ü", count: 500)
        let id = try await store.createExperiment(
            named: longest, artifactLocation: nil, tags: [], at: at(1))
        #expect(
            await code { try await store.renameExperiment(id, to: name, at: at(2)) }
                == .invalidInput)
        #expect(try await store.experiment(id).name == longest)
    }

    @Test("Says what does not exist")
    func missing() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().experiments
        let id = ExperimentID(77)
        #expect(await code { try await store.experiment(id) } == .notFound)
        #expect(await code { try await store.experiment(named: "x") } == .notFound)
        #expect(
            await code { try await store.renameExperiment(id, to: "y", at: at(1)) } == .notFound)
        #expect(
            await code { try await store.setLifecycle(.deleted, of: id, at: at(1)) } == .notFound)
        #expect(
            await code {
                try await store.setTag(Workbench.Tag(key: "a", value: "b"), of: id)
            }
                == .notFound)
        #expect(await code { try await store.deleteTag("a", of: id) } == .notFound)
    }

    @Test("A deleted experiment can be read and restored, not changed nor deleted again")
    func deleted() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().experiments
        let id = try await store.createExperiment(
            named: "a", artifactLocation: nil, tags: [Workbench.Tag(key: "k", value: "v")],
            at: at(1))
        try await store.setLifecycle(.deleted, of: id, at: at(2))
        #expect(
            await code { try await store.setLifecycle(.deleted, of: id, at: at(3)) } == .notFound)
        let stored = try await store.experiment(id)
        #expect(stored.lifecycle == .deleted)
        #expect(stored.lastUpdateTime == at(2))
        #expect(
            await code { try await store.renameExperiment(id, to: "b", at: at(4)) }
                == .invalidInput)
        #expect(
            await code {
                try await store.setTag(Workbench.Tag(key: "k", value: "w"), of: id)
            }
                == .invalidInput)
        #expect(await code { try await store.deleteTag("k", of: id) } == .invalidInput)
        try await store.setLifecycle(.active, of: id, at: at(5))
        #expect(try await store.experiment(named: "a").lifecycle == .active)
        #expect(
            await code { try await store.setLifecycle(.active, of: id, at: at(6)) } == .notFound)
        #expect(try await store.experiment(id).lastUpdateTime == at(5))
    }

    @Test("Default stays")
    func standard() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().experiments
        #expect(
            await code { try await store.setLifecycle(.deleted, of: .standard, at: at(1)) }
                == .invalidInput)
    }

    @Test("Deleting an experiment bins its active runs; restoring brings just those back")
    func runsFollow() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let id = try await workspace.experiments.createExperiment(
            named: "a", artifactLocation: nil, tags: [], at: at(1))
        try await workspace.start(1, experiment: id)
        try await workspace.start(2, experiment: id)
        try await workspace.start(3)
        try await workspace.runs.setLifecycle(.deleted, of: runID(2))
        try await workspace.experiments.setLifecycle(.deleted, of: id, at: at(2))
        #expect(try await workspace.runs.run(runID(1)).lifecycle == .deleted)
        #expect(try await workspace.runs.run(runID(3)).lifecycle == .active)
        try await workspace.experiments.setLifecycle(.active, of: id, at: at(3))
        #expect(try await workspace.runs.run(runID(1)).lifecycle == .active)
        #expect(try await workspace.runs.run(runID(2)).lifecycle == .deleted)
    }

    @Test("Sets, replaces and deletes tags, which are no change of the experiment")
    func tags() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().experiments
        let id = try await store.createExperiment(
            named: "a", artifactLocation: nil, tags: [], at: at(1))
        try await store.setTag(Workbench.Tag(key: "k", value: "1"), of: id)
        try await store.setTag(Workbench.Tag(key: "k", value: "2"), of: id)
        #expect(try await store.experiment(id).tags == [Workbench.Tag(key: "k", value: "2")])
        try await store.deleteTag("k", of: id)
        #expect(try await store.experiment(id).tags.isEmpty)
        #expect(try await store.experiment(id).lastUpdateTime == at(1))
        #expect(await code { try await store.deleteTag("k", of: id) } == .notFound)
        let long = String(repeating: "x", count: 20_000)
        try await store.setTag(Workbench.Tag(key: "long", value: long), of: id)
        #expect(
            await code {
                try await store.setTag(Workbench.Tag(key: "long", value: long + "x"), of: id)
            } == .invalidInput)
        #expect(
            await code {
                try await store.setTag(Workbench.Tag(key: "../k", value: ""), of: id)
            }
                == .invalidInput)
    }

    @Test("Lists newest first, page by page, by lifecycle stage")
    func listing() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().experiments
        var ids: [ExperimentID] = []
        for number in 1...7 {
            // Pairs share a time: the id decides.
            let time = at(2_000_000_000_000 + Int64(number / 2))
            ids.append(
                try await store.createExperiment(
                    named: "e\(number)", artifactLocation: nil, tags: [], at: time))
        }
        try await store.setLifecycle(.deleted, of: ids[3], at: at(9))
        var shown: [ExperimentID] = []
        var token: PageToken?
        repeat {
            let page = try await store.experiments(
                ExperimentQuery(view: .activeOnly), limit: 2, after: token)
            shown += page.items.map(\.id)
            token = page.next
        } while token != nil
        #expect(shown == (ids.reversed() + [.standard]).filter { $0 != ids[3] })
        let deleted = try await store.experiments(
            ExperimentQuery(view: .deletedOnly), limit: 1, after: nil)
        #expect(deleted.items.map(\.id) == [ids[3]])
        #expect(deleted.next == nil)
        #expect(
            try await store.experiments(ExperimentQuery(view: .all), limit: 8, after: nil).next
                == nil)
        #expect(
            try await store.experiments(ExperimentQuery(view: .all), limit: 7, after: nil).next
                != nil)
    }
}
