import Foundation
import Workbench

/// How many threads numeric work may use.
enum Threads {
    /// `BANCADA_THREADS`, else the number of processors.
    ///
    /// - Throws: `invalidInput` unless it is a number from 1 to 256.
    static func count() throws(BancadaError) -> Int {
        guard let text = ProcessInfo.processInfo.environment["BANCADA_THREADS"], !text.isEmpty
        else { return max(1, ProcessInfo.processInfo.activeProcessorCount) }
        guard let count = Int(text), (1...256).contains(count) else {
            throw BancadaError(
                .invalidInput, "BANCADA_THREADS is \"\(text)\", expected a number from 1 to 256",
                hint: "unset BANCADA_THREADS to use every processor")
        }
        return count
    }
}
