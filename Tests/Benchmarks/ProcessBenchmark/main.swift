import Processes
import Workbench

/// Milliseconds for each of `count` starts of /bin/true, `width` at a time, from a process with
/// `ballast` MiB of its own.
func milliseconds(count: Int, width: Int) async throws -> Double {
    guard let run = RunID(String(repeating: "0", count: 32)) else { return .nan }
    let specification = ProcessSpecification(
        arguments: ["/bin/true"], environment: [("PATH", "/usr/bin:/bin")])
    let clock = ContinuousClock()
    let start = clock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<width {
            group.addTask {
                for _ in 0..<(count / width) {
                    let child = try await ChildProcess.spawn(
                        specification, output: .lines, group: run,
                        recorder: UnrecordedProcessGroups())
                    let outcome = await child.wait()
                    guard outcome.exit == .exited(0) else {
                        throw BancadaError(.failed, "a child ended with \(outcome.exit)")
                    }
                }
            }
        }
        try await group.waitForAll()
    }
    return (clock.now - start) / .milliseconds(1) / Double(count)
}

let ballast = [UInt8](repeating: 1, count: 60 << 20)
for width in [1, 2, 4] {
    let result = try await milliseconds(count: 1000, width: width)
    print("1000 x /bin/true, \(width) at a time: \(result) ms each")
}
// The ballast is in use until here.
precondition(ballast.last == 1, "the ballast is there")
