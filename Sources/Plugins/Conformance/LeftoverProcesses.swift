import Foundation
import Processes
import Workbench

/// Processes that outlive the plugin that started them, found by the run's id in their environment.
enum LeftoverProcesses {
    /// Whether this system can be asked.
    static var isKnown: Bool { FileManager.default.fileExists(atPath: "/proc/self/environ") }

    /// Ends the processes that work for `run` and still live, and waits until they are gone.
    ///
    /// - Returns: which ones there were.
    static func end(of run: RunID) async -> [Int32] {
        let found = living(of: run)
        for process in found { kill(process, SIGKILL) }
        // A kill is certain; how soon it is done, the system says.
        for _ in 0..<500 where !living(of: run).isEmpty {
            // A cancelled check waits no longer.
            try? await Task.sleep(for: .milliseconds(10))
        }
        return found
    }

    private static func living(of run: RunID) -> [Int32] {
        let mark = Data("\(ChildProcess.runVariable)=\(run.text)\0".utf8)
        // A system without this folder has been told apart before.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int32.init).filter { process in
            process > 1
                && FileManager.default.contents(atPath: "/proc/\(process)/environ")?
                    .range(of: mark) != nil
        }
    }
}
