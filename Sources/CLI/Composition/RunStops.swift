import Components
import Dispatch
import Foundation
import Synchronization
import Workbench

/// Ctrl-C and SIGTERM for pipelines and studies: the first lets what runs end, the second ends it,
/// the third ends this process.
enum RunStops {
    /// Runs `body` with the requests that signals make.
    static func listening<Result>(
        _ console: Console, _ body: (PipelineRunner.Stops) async throws -> Result
    ) async throws -> Result {
        let stops = PipelineRunner.Stops()
        let count = Mutex(0)
        let sources = [SIGINT, SIGTERM].map { number in
            // The signal must not end the process by itself: the source below hears it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let times = count.withLock { count in
                    count += 1
                    return count
                }
                switch times {
                case 1:
                    console.note("stopping: running tasks may end; again ends them now")
                    stops.drain.request()
                case 2: stops.kill.request()
                default: exit(ExitStatus.interrupted.rawValue)
                }
            }
            source.resume()
            return source
        }
        defer { sources.forEach { $0.cancel() } }
        return try await body(stops)
    }
}
