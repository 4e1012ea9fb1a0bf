import Synchronization
import Workbench

/// What passes between the child and its callers.
extension Supervisor {
    /// Reads what is there from one of the output pipes.
    mutating func pump(_ file: Int32) {
        switch Kernel.read(file, into: &buffer) {
        case .bytes(let count): take(count, from: file)
        case .nothing: break
        case .end: outputEnded(file)
        }
    }

    private mutating func take(_ count: Int, from file: Int32) {
        guard log == nil else {
            log?.append(buffer, count: count)
            return
        }
        var lines: [ProcessLine] = []
        if file == files.output {
            outputLines.append(buffer[..<count]) { lines.append($0) }
        } else {
            errorLines.append(buffer[..<count]) { lines.append($0) }
        }
        deliver(lines)
    }

    private func deliver(_ lines: [ProcessLine]) {
        guard !lines.isEmpty else { return }
        shared.state.withLock { state in
            for line in lines {
                state.lines.append(line)
                state.queuedBytes += line.size
            }
            state.serveReaders()
        }
    }

    /// One of the output pipes is over.
    mutating func outputEnded(_ file: Int32) {
        guard file >= 0 else { return }
        var lines: [ProcessLine] = []
        if file == files.output {
            files.output = -1
            outputLines.finish { lines.append($0) }
        } else {
            files.error = -1
            errorLines.finish { lines.append($0) }
        }
        Kernel.close(file)
        deliver(lines)
        guard files.output < 0, files.error < 0 else { return }
        shared.state.withLock { state in
            state.linesHaveEnded = true
            state.serveReaders()
        }
    }

    /// Passes on what is left in the pipes once the group is gone. Whoever left the group may hold
    /// them open, so this takes what is there and waits for no end; the bound is what a pipe holds.
    mutating func drain() {
        for file in [files.output, files.error] where file >= 0 {
            var left = 64
            reading: while left > 0 {
                left -= 1
                switch Kernel.read(file, into: &buffer) {
                case .bytes(let count): take(count, from: file)
                case .nothing: break reading
                case .end:
                    outputEnded(file)
                    break reading
                }
            }
        }
    }

    /// Writes as much input as the pipe takes.
    mutating func feed() {
        while true {
            let piece = shared.state.withLock { $0.pieces.first }
            guard let piece else { return }
            var position = piece.position
            if position < piece.bytes.count {
                let end = min(piece.bytes.count, position + 65536)
                switch Kernel.write(files.input, piece.bytes, position, end) {
                case .bytes(let count): position += count
                case .nothing: return
                case .failed:
                    shared.state.withLock { $0.refuseInput(Self.inputIsClosed) }
                    return
                }
            }
            shared.state.withLock { state in
                // It may have run out of time meanwhile, and only then is another one first.
                guard state.pieces.first?.waiting.id == piece.waiting.id else { return }
                if position == piece.bytes.count {
                    state.pieces.removeFirst().waiting.continuation.resume(returning: .success(()))
                } else {
                    state.pieces[0].position = position
                }
            }
        }
    }

    /// The child reads the end of its input.
    mutating func closeInput() {
        guard files.input >= 0 else { return }
        Kernel.close(files.input)
        files.input = -1
    }
}
