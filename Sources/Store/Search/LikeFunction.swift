import GRDB
import Synchronization
import Workbench

/// `LikePattern` as an SQL function: `bancada_like(pattern, ignores case, text)`.
enum LikeFunction {
    /// The function's name.
    static let name = "bancada_like"

    /// Makes the function known to a connection.
    static func add(to database: Database) {
        // A statement asks for one pattern many times.
        let last = Mutex<(text: String, ignoresCase: Bool, pattern: LikePattern)?>(nil)
        database.add(
            function: DatabaseFunction(name, argumentCount: 3, pure: true) { values in
                guard let text = String.fromDatabaseValue(values[0]),
                    let ignoresCase = Bool.fromDatabaseValue(values[1]),
                    let value = String.fromDatabaseValue(values[2])
                else { return nil }
                let pattern = last.withLock { last in
                    if let last, last.text == text, last.ignoresCase == ignoresCase {
                        return last.pattern
                    }
                    let pattern = LikePattern(text, ignoringCase: ignoresCase)
                    last = (text, ignoresCase, pattern)
                    return pattern
                }
                return pattern.matches(value)
            })
    }
}
