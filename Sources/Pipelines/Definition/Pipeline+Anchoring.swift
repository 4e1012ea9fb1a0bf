extension Pipeline {
    /// The pipeline with all its folders, and those of the pipelines that it calls, as absolute
    /// paths, so that it can be executed from anywhere.
    ///
    /// - Parameter base: the absolute path that relative folders start from.
    package func anchored(at base: String) -> Pipeline {
        var pipeline = self
        pipeline.folder = Self.absolute(folder, base)
        pipeline.tasks = tasks.map { $0.anchored(in: pipeline.folder, base) }
        pipeline.onExit = onExit?.anchored(in: pipeline.folder, base)
        return pipeline
    }

    static func absolute(_ folder: String, _ base: String) -> String {
        if folder.hasPrefix("/") { return folder }
        return folder == "." || folder.isEmpty ? base : base + "/" + folder
    }
}

extension PipelineTask {
    fileprivate func anchored(in folder: String, _ base: String) -> PipelineTask {
        var task = self
        task.folder = folder
        switch action {
        case .component: break
        case .shell(var step):
            step.folder = Pipeline.absolute(step.folder, base)
            task.action = .shell(step)
        case .python(var step):
            step.folder = Pipeline.absolute(step.folder, base)
            task.action = .python(step)
        case .pipeline(let pipeline): task.action = .pipeline(pipeline.anchored(at: base))
        }
        return task
    }
}
