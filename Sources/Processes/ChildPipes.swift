import Workbench

/// The pipes of one child: its ends, and those of the thread that watches it.
struct ChildPipes {
    private(set) var files = Supervisor.Files()
    /// The child's ends, which are closed here once it has them.
    private(set) var streams = GatedChild.Streams()

    /// Opens what a child needs.
    ///
    /// - Throws: `unavailable` when there are too many files open, or the log cannot be written.
    static func open(
        input: ProcessInput, output: ProcessOutput
    ) throws(BancadaError) -> ChildPipes {
        var pipes = ChildPipes()
        do {
            try pipes.connect(input, output)
        } catch {
            pipes.closeAll()
            throw error
        }
        return pipes
    }

    private mutating func connect(
        _ input: ProcessInput, _ output: ProcessOutput
    ) throws(BancadaError) {
        (files.wakeReading, files.wakeWriting) = try Self.pipe(near: 0)
        switch output {
        case .log(let path, let limit):
            files.log = Kernel.openLog(path)
            files.logPath = path
            files.logLimit = limit
            guard files.log >= 0 else {
                throw BancadaError(
                    -files.log == Kernel.noSuchFile ? .notFound : .unavailable,
                    "cannot open the log \(path): \(Kernel.message(-files.log))",
                    hint: "check the folder and its permissions")
            }
            (files.output, streams.output) = try Self.pipe(near: 0)
            streams.error = streams.output
        case .lines:
            (files.output, streams.output) = try Self.pipe(near: 0)
            (files.error, streams.error) = try Self.pipe(near: 0)
        }
        if case .pipe = input { (streams.input, files.input) = try Self.pipe(near: 1) }
    }

    /// Closes the child's ends, which it has by now.
    mutating func closeFarEnds() {
        for file in Set([streams.input, streams.output, streams.error]) where file >= 0 {
            Kernel.close(file)
        }
        streams = GatedChild.Streams()
    }

    /// Closes everything.
    mutating func closeAll() {
        closeFarEnds()
        files.close()
    }

    private static func pipe(near: Int32) throws(BancadaError) -> (Int32, Int32) {
        let pipe = Kernel.pipe(near: near)
        guard pipe.code == 0 else {
            throw BancadaError(
                .unavailable, "cannot open a pipe: \(Kernel.message(pipe.code))",
                hint: "raise the limit of open files with 'ulimit -n'")
        }
        return (pipe.reading, pipe.writing)
    }
}
