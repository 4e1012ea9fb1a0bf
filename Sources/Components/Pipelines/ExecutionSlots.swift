import Synchronization
import Workbench

/// How many executions may run at the same time.
///
/// Tasks are prepared and stored beside those that run: the folder, the process that waits at its
/// gate and the records of one task are made while another one runs, so that programs do not wait
/// for the disk. Places are given in the order in which they were asked for.
final class ExecutionSlots: Sendable {
    private struct State {
        var free: Int
        var isClosed = false
        var waiting: [CheckedContinuation<Bool, Never>] = []
        var nextWaiting = 0
    }

    private let state: Mutex<State>

    /// Places for `count` executions.
    init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    /// Takes a place, waiting for one.
    ///
    /// - Parameter isLast: whether it is for what runs at the end of a run that was asked to stop.
    /// - Throws: `cancelled` once no further execution may begin.
    func take(isLast: Bool) async throws(BancadaError) {
        let isGiven = await withCheckedContinuation { waiting in
            let answer = state.withLock { state -> Bool? in
                if state.isClosed, !isLast { return false }
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(waiting)
                return nil
            }
            if let answer { waiting.resume(returning: answer) }
        }
        if !isGiven { throw BancadaError(.cancelled, "the run was asked to stop") }
    }

    /// Gives a place back.
    func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard state.nextWaiting < state.waiting.count else {
                state.free += 1
                return nil
            }
            let next = state.waiting[state.nextWaiting]
            state.nextWaiting += 1
            if state.nextWaiting == state.waiting.count {
                state.waiting = []
                state.nextWaiting = 0
            }
            return next
        }
        next?.resume(returning: true)
    }

    /// Gives no further place: those who wait hear it at once.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer {
                state.waiting = []
                state.nextWaiting = 0
            }
            return Array(state.waiting[state.nextWaiting...])
        }
        for one in waiting { one.resume(returning: false) }
    }
}
