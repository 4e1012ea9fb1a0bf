import Dispatch
import Synchronization

/// How many threads a computation may use. Results never depend on it: work is cut into fixed
/// blocks (`Blocks`), and whoever reduces combines them in block order.
///
/// The calling thread takes part, so nothing can deadlock when all other threads are busy, and one
/// block or one thread means a plain loop. A call within a block of another call is allowed and
/// shares the same threads. Threads come from Dispatch's pool, which never runs more of them than
/// there are processors; the number itself is decided by whoever composes the program.
package struct Parallel: Sendable, Equatable {
    /// The most threads that work at once; at least 1.
    package let threads: Int

    /// Everything on the calling thread.
    package static let serial = Parallel(threads: 1)

    /// At most `threads` threads; fewer than 1 means 1.
    package init(threads: Int) {
        self.threads = max(1, threads)
    }

    /// Calls `body` once for each of `0..<count`, in no particular order, and returns when all
    /// calls have returned.
    package func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
        let workers = min(threads, count)
        guard workers > 1 else {
            for index in 0..<max(0, count) { body(index) }
            return
        }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                body(index)
            }
        }
    }
}
