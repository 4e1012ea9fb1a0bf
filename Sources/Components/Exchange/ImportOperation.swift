import Synchronization
package import Workbench

/// Takes experiments, runs, models and artifacts of a source into a workspace.
///
/// Each run and each model appears whole or not at all, and what is here already and equal is left
/// alone, so an import that was stopped or killed is finished by running it again. What cannot be
/// taken in is named in the summary and hides nothing else; what stops the workspace itself (a full
/// disk, an interruption) ends the import.
package struct ImportOperation: Sendable {
    let source: any ExchangeSource
    let services: Services
    let locator: ArtifactLocator
    let currentFolder: String
    let progress: any ProgressReporter
    let isStopped: @Sendable () -> Bool
    let tally = ExchangeTally()
    let missing: MissingArtifacts

    /// Runs that are read and written at a time; their writes share commits.
    static let width = 32

    /// An import.
    ///
    /// - Parameters:
    ///   - artifacts: where `mlflow-artifacts:` leads.
    ///   - disk: the root folder of this machine.
    ///   - currentFolder: where relative paths start, absolute.
    package init(
        _ source: any ExchangeSource, into services: Services, artifacts: any ExchangeFiles,
        disk: any ExchangeFiles, currentFolder: String, progress: any ProgressReporter,
        isStopped: @escaping @Sendable () -> Bool
    ) {
        self.source = source
        self.services = services
        self.currentFolder = currentFolder
        locator = ArtifactLocator(artifacts: artifacts, base: source.files, disk: disk)
        missing = MissingArtifacts(locator)
        self.progress = progress
        self.isStopped = isStopped
    }

    /// Takes everything in.
    ///
    /// - Throws: `cancelled`; `unavailable` where the workspace cannot be written; what the source
    ///   says when it cannot be listed.
    package func run() async throws(BancadaError) -> ExchangeSummary {
        let links = LinkCollection()
        // So that the row is there also where none were found.
        tally.add(.artifacts, \.read, 0)
        var taken: [(key: String, id: ExperimentID)] = []
        for key in try await source.experiments() {
            try checkStopped()
            tally.add(.experiments, \.read)
            try await take("experiment \(key)", .experiments) { () throws(BancadaError) in
                let id = try await importExperiment(key)
                taken.append((key, id))
                try await importRuns(key, into: id, links)
            }
        }
        // A model may be of a run of another experiment.
        for (key, id) in taken {
            try await take("logged models of \(key)", .experiments) { () throws(BancadaError) in
                try await importLoggedModels(key, into: id)
            }
            try await take("traces of \(key)", .experiments) { () throws(BancadaError) in
                try await importTraces(key, into: id)
            }
        }
        try await importLinks(links)
        try await importRegistry()
        missing.tell(tally)
        for left in try await source.leftBehind() {
            tally.note("\(left.count) \(left.kind): \(left.name)", left.reason)
        }
        return tally.summary
    }

    private func importExperiment(_ key: String) async throws(BancadaError) -> ExperimentID {
        let foreign = try await source.experiment(key)
        let location = foreign.artifactLocation.flatMap {
            ArtifactLocator.isRemote($0) ? $0 : nil
        }
        let (id, isNew) = try await services.exchange.importExperiment(
            Experiment(
                id: foreign.id, name: foreign.name, lifecycle: foreign.lifecycle,
                creationTime: foreign.creationTime, lastUpdateTime: foreign.lastUpdateTime,
                tags: foreign.tags, artifactLocation: location))
        tally.add(.experiments, isNew ? \.written : \.present)
        return id
    }

    private func importRuns(
        _ key: String, into id: ExperimentID, _ links: LinkCollection
    ) async throws(BancadaError) {
        let runs = RunImport(self, experiment: id, links: links)
        var after: String?
        repeat {
            let page = try await source.runs(of: key, after: after)
            try await runs.take(page.items)
            after = page.next
        } while after != nil
        try await runs.takeDeferred()
    }

    private func importLoggedModels(
        _ key: String, into id: ExperimentID
    ) async throws(BancadaError) {
        for model in try await source.loggedModels(of: key) {
            try checkStopped()
            tally.add(.loggedModels, \.read)
            try await take("logged model \(model)", .loggedModels) { () throws(BancadaError) in
                try await importLoggedModel(model, into: id)
            }
        }
    }

    private func importLinks(_ links: LinkCollection) async throws(BancadaError) {
        for link in links.all {
            try checkStopped()
            let number = link.inputs.count + link.outputs.count
            tally.add(.links, \.read, number)
            do throws(BancadaError) {
                let new = try await services.exchange.importLinks(
                    of: link.run, inputs: link.inputs, outputs: link.outputs)
                tally.add(.links, \.written, new)
                tally.add(.links, \.present, number - new)
            } catch {
                guard error.code == .notFound else { throw error }
                try await importEach(link)
            }
        }
    }

    /// One by one, so that a model that is not there hides no other.
    private func importEach(_ link: LinkCollection.Link) async throws(BancadaError) {
        for (model, output) in link.inputs.map({ ($0, ModelOutput?.none) })
            + link.outputs.map({ ($0.model, ModelOutput?.some($0)) })
        {
            do throws(BancadaError) {
                let new = try await services.exchange.importLinks(
                    of: link.run, inputs: output == nil ? [model] : [],
                    outputs: output.map { [$0] } ?? [])
                tally.add(.links, new == 1 ? \.written : \.present)
            } catch {
                guard error.code == .notFound else { throw error }
                tally.skip(.links, "link of run \(link.run.text)", error.message)
            }
        }
    }

    /// Runs `body`; an error that says something of one thing is noted, others end the import.
    func take(
        _ subject: String, _ kind: ExchangeSummary.Kind,
        _ body: () async throws(BancadaError) -> Void
    ) async throws(BancadaError) {
        do {
            try await body()
        } catch {
            switch error.code {
            case .unavailable, .cancelled, .internal, .corrupt: throw error
            default: tally.fail(kind, subject, error)
            }
        }
    }

    /// - Throws: `cancelled`.
    func checkStopped() throws(BancadaError) {
        if isStopped() {
            throw BancadaError(
                .cancelled, "interrupted; what was imported is complete",
                hint: "run the same command again to import the rest")
        }
    }
}

/// The links between runs and models, which are written when both are there.
final class LinkCollection: Sendable {
    /// The links of a run.
    struct Link: Sendable {
        let run: RunID
        let inputs: [LoggedModelID]
        let outputs: [ModelOutput]
    }

    private let state = Mutex<[Link]>([])

    /// Adds the links of a run, where it has any.
    func add(_ run: Run) {
        if run.modelInputs.isEmpty, run.modelOutputs.isEmpty { return }
        state.withLock {
            $0.append(Link(run: run.id, inputs: run.modelInputs, outputs: run.modelOutputs))
        }
    }

    /// All of them, ordered by run.
    var all: [Link] { state.withLock { $0.sorted { $0.run.text < $1.run.text } } }
}
