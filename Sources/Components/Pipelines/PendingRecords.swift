import Synchronization
import Workbench

/// States of tasks that wait to be written with the next transaction: those that can be found out
/// again, such as results from the cache and skipped tasks.
final class PendingRecords: Sendable {
    private let records = Mutex<[TaskRecord]>([])

    /// Adds a record and says how many wait.
    @discardableResult
    func add(_ record: TaskRecord) -> Int {
        records.withLock { records in
            records.append(record)
            return records.count
        }
    }

    /// Gives back what was taken and could not be written.
    func putBack(_ taken: [TaskRecord]) {
        records.withLock { $0 = taken + $0 }
    }

    /// Takes all of them; of a task that is there twice the last.
    func take() -> [TaskRecord] {
        let taken = records.withLock { records in
            defer { records = [] }
            return records
        }
        var last: [String: Int] = [:]
        for (index, record) in taken.enumerated() { last[record.path] = index }
        return taken.enumerated().filter { last[$1.path] == $0 }.map(\.element)
    }
}
