import Store
import Testing
import Workbench

@Suite struct PageTokenTests {
    private func filled(_ scratch: Scratch) async throws -> (Workspace, PageToken) {
        let workspace = try scratch.create()
        for number in 1...4 { try await workspace.start(number) }
        let page = try await workspace.runs.runs(RunQuery(), limit: 2, after: nil)
        return (workspace, try #require(page.next))
    }

    @Test(
        "Refuses text that is no token",
        arguments: [
            "", "0", "00", "zz", "garbage", "\u{301}", "🐧", String(repeating: "0", count: 36),
            String(repeating: "f", count: 100_000), "01720000000000000000",
        ])
    func garbage(text: String) async throws {
        let scratch = try Scratch()
        let (workspace, _) = try await filled(scratch)
        let token = PageToken(text: text)
        #expect(
            await code { try await workspace.runs.runs(RunQuery(), limit: 2, after: token) }
                == .invalidInput)
        #expect(
            await code {
                try await workspace.models.models(RegistryQuery(), limit: 2, after: token)
            }
                == .invalidInput)
        #expect(
            await code {
                try await workspace.experiments.experiments(
                    ExperimentQuery(view: .all), limit: 2, after: token)
            } == .invalidInput)
        #expect(
            await code {
                try await workspace.runs.history(
                    of: "m", run: runID(1), limit: 2, after: token)
            } == .invalidInput)
    }

    @Test("Refuses a token that was changed in any way", arguments: 0..<4)
    func mutations(seed: UInt64) async throws {
        let scratch = try Scratch()
        let (workspace, token) = try await filled(scratch)
        var generator = SplitMix64(seed: seed)
        for _ in 0..<100 {
            var text = Array(token.text)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                let index = Int.random(in: text.indices, using: &generator)
                text[index] = text[index] == "0" ? "1" : "0"
            case 1: text.remove(at: Int.random(in: text.indices, using: &generator))
            case 2:
                let index = Int.random(in: text.indices, using: &generator)
                text.insert("0", at: index)
            default: text = text.dropLast(Int.random(in: 1..<text.count, using: &generator))
            }
            if String(text) == token.text { continue }
            let changed = PageToken(text: String(text))
            #expect(
                await code { try await workspace.runs.runs(RunQuery(), limit: 2, after: changed) }
                    == .invalidInput, "seed \(seed): \(changed.text)")
        }
    }

    @Test("A token continues its own listing and query alone")
    func otherListing() async throws {
        let scratch = try Scratch()
        let (workspace, token) = try await filled(scratch)
        #expect(
            try await workspace.runs.runs(RunQuery(), limit: 1, after: token).items.map(\.id)
                == [runID(2)])
        let other = RunQuery(kinds: [.train])
        #expect(
            await code { try await workspace.runs.runs(other, limit: 2, after: token) }
                == .invalidInput)
        #expect(
            await code {
                try await workspace.experiments.experiments(
                    ExperimentQuery(view: .all), limit: 2, after: token)
            } == .invalidInput)
        #expect(
            await code {
                try await workspace.models.models(RegistryQuery(), limit: 2, after: token)
            }
                == .invalidInput)
    }

    @Test("A listing goes on where it was, whatever was added or removed meanwhile")
    func stable() async throws {
        let scratch = try Scratch()
        let (workspace, token) = try await filled(scratch)
        try await workspace.start(9)
        try await workspace.runs.setLifecycle(.deleted, of: runID(3))
        let rest = try await workspace.runs.runs(RunQuery(), limit: 9, after: token)
        #expect(rest.items.map(\.id) == [runID(2), runID(1)])
    }
}
