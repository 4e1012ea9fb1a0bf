import Workbench

extension ImportOperation {
    func importLoggedModel(
        _ key: String, into experiment: ExperimentID
    ) async throws(BancadaError) {
        let foreign = try await source.loggedModel(key)
        let model = foreign.model.moved(to: experiment)
        if let here = try await services.exchange.loggedModel(model.id) {
            guard here.lifecycle == foreign.lifecycle, here.model.experiment == experiment,
                Self.isEqual(here.model, model)
            else {
                throw BancadaError(
                    .conflict, "logged model \(model.id.text) is here already and differs",
                    hint: "delete one of the two")
            }
            tally.add(.loggedModels, \.present)
            let subject = "files of logged model \(model.id.text)"
            return try await take(subject, .artifacts) { () throws(BancadaError) in
                try await takeFiles(of: foreign, experiment, isPresent: true)
            }
        }
        try await takeFiles(of: foreign, experiment, isPresent: false)
        for point in model.metrics {
            do {
                _ = try await services.runs.run(point.run)
            } catch {
                guard error.code == .notFound else { throw error }
                tally.skip(
                    .metrics, "metric \"\(point.metric.key)\" of model \(model.id.text)",
                    error.message)
            }
        }
        try await services.exchange.importLoggedModel(model, lifecycle: foreign.lifecycle)
        tally.add(.loggedModels, \.written)
    }

    /// Takes in the files that are not here yet. A model that is ready has some.
    private func takeFiles(
        of foreign: ForeignLoggedModel, _ experiment: ExperimentID, isPresent: Bool
    ) async throws(BancadaError) {
        let model = foreign.model
        let subject = "files of logged model \(model.id.text)"
        let found = try await ArtifactImport(self).take(
            .init(
                folder: foreign.folder, uri: foreign.artifactURI,
                place: ArtifactPath.model(model.id, of: experiment), subject: subject,
                isPresent: isPresent))
        let isExpected = model.status == .ready && foreign.lifecycle == .active
        if found == 0, foreign.folder == nil, isExpected {
            failMissing(subject, foreign.artifactURI ?? "")
        }
    }

    /// Says that files that should be there are not.
    func failMissing(_ subject: String, _ uri: String) {
        tally.add(.artifacts, \.failed)
        tally.note(
            subject,
            "they were not found at \(uri) nor beside the source; name their folder with "
                + "--artifacts", isFailure: true)
    }

    private static func isEqual(_ left: LoggedModel, _ right: LoggedModel) -> Bool {
        left.name == right.name && left.type == right.type && left.status == right.status
            && left.creationTime == right.creationTime
            && left.lastUpdateTime == right.lastUpdateTime
            && Set(left.params) == Set(right.params) && Set(left.tags) == Set(right.tags)
    }

    func importRegistry() async throws(BancadaError) {
        for key in try await source.models() {
            try checkStopped()
            tally.add(.models, \.read)
            try await take("registered model \(key)", .models) { () throws(BancadaError) in
                try await importModel(key)
            }
        }
    }

    private func importModel(_ key: String) async throws(BancadaError) {
        let foreign = try await source.model(key)
        let name = foreign.model.name
        do throws(BancadaError) {
            let here = try await services.registry.model(named: name)
            guard here.creationTime == foreign.model.creationTime,
                here.description == foreign.model.description
            else {
                throw BancadaError(
                    .conflict, "registered model \"\(name)\" is here already and differs",
                    hint: "rename one of the two with 'bancada models rename'")
            }
            tally.add(.models, \.present)
        } catch {
            guard error.code == .notFound else { throw error }
            try await services.exchange.importModel(
                foreign.model, nextVersion: foreign.nextVersion)
            tally.add(.models, \.written)
        }
        for version in try await source.versions(of: key) {
            try checkStopped()
            tally.add(.versions, \.read)
            try await take("model version \(version)", .versions) { () throws(BancadaError) in
                try await importVersion(version, of: key)
            }
        }
    }

    private func importVersion(
        _ key: String, of model: String
    ) async throws(BancadaError) {
        let foreign = try await source.version(key, of: model)
        let version = foreign.version
        do throws(BancadaError) {
            let here = try await services.registry.version(version.version, ofModel: version.name)
            guard here.source == version.source, here.creationTime == version.creationTime,
                here.stage == version.stage, Set(here.tags) == Set(version.tags)
            else {
                throw BancadaError(
                    .conflict, "model version \(version.uri) is here already and differs",
                    hint: "rename one of the two models")
            }
            tally.add(.versions, \.present)
            let subject = "files of model version \(version.uri)"
            return try await take(subject, .artifacts) { () throws(BancadaError) in
                try await complete(here, from: foreign)
            }
        } catch {
            guard error.code == .notFound else { throw error }
        }
        let content = try await content(of: foreign)
        if content == nil { noteMissing(foreign) }
        try await services.exchange.importVersion(version.with(content: content))
        tally.add(.versions, \.written)
    }

    /// Gives a version that is here the files that were not found before.
    private func complete(
        _ here: ModelVersion, from foreign: ForeignVersion
    ) async throws(BancadaError) {
        if here.content != nil, foreign.folder == nil { return }
        let found = try await content(of: foreign)
        if here.content != nil { return }
        guard let found else { return noteMissing(foreign) }
        try await services.exchange.importContent(
            found, ofVersion: here.version, ofModel: here.name)
    }

    /// Says that the files of a version are not there; a prompt is a version without files.
    private func noteMissing(_ foreign: ForeignVersion) {
        if foreign.version.tags.markPrompt { return }
        let subject = "files of model version \(foreign.version.uri)"
        let storage = foreign.storage ?? ""
        let uri = storage.isEmpty ? foreign.version.source : storage
        if case .elsewhere(let reason) = locator.place(of: uri), ArtifactLocator.isRemote(uri) {
            tally.skip(.artifacts, subject, reason)
        } else if foreign.mayLackFiles {
            tally.note(subject, "they were not found at \(uri)")
        } else {
            failMissing(subject, uri)
        }
    }

    /// The files of a version, as one content.
    private func content(
        of foreign: ForeignVersion
    ) async throws(BancadaError) -> StoredContent? {
        let artifacts = ArtifactImport(self)
        if let folder = foreign.folder {
            let name = folder.split(separator: "/").last.map(String.init) ?? ""
            guard let digest = ContentDigest(hex: name) else {
                throw BancadaError(.invalidInput, "\(folder) is named by no SHA-256")
            }
            return try await artifacts.store(folder, digest: digest)
        }
        for text in [foreign.version.source, foreign.storage ?? ""] {
            do throws(BancadaError) {
                if let place = try await VersionSource(text).place(in: services) {
                    return try await services.tree.content(at: place)
                }
            } catch {
                guard error.code == .notFound || error.code == .invalidInput else { throw error }
            }
        }
        for text in [foreign.storage ?? "", foreign.version.source] where !text.isEmpty {
            guard !text.hasPrefix("models:/"), !text.hasPrefix("runs:/"),
                case .files(let files, let path) = try locator.find(text)
            else { continue }
            missing.found(text)
            return try await artifacts.store(files, path)
        }
        return nil
    }
}

extension LoggedModel {
    /// The model in another experiment.
    func moved(to experiment: ExperimentID) -> LoggedModel {
        LoggedModel(
            id: id, experiment: experiment, name: name, type: type, sourceRun: sourceRun,
            status: status, creationTime: creationTime, lastUpdateTime: lastUpdateTime,
            params: params, metrics: metrics, tags: tags)
    }
}

extension ModelVersion {
    /// The version with its files.
    func with(content: StoredContent?) -> ModelVersion {
        ModelVersion(
            name: name, version: version, source: source, run: run, content: content,
            description: description, creationTime: creationTime, lastUpdateTime: lastUpdateTime,
            tags: tags, aliases: aliases, stage: stage, loggedModel: loggedModel, runLink: runLink)
    }
}
