import Dispatch

/// Threads for components that compute for long: as many as there is work, beside those of Swift's
/// concurrency.
final class WorkThreads: _Concurrency.TaskExecutor {
    /// The threads of all tasks.
    static let shared = WorkThreads()
    private let queue = DispatchQueue(label: "bancada.components", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
