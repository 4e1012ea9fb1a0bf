package import Workbench

/// The workspace's folders for running work. Made by the command line.
package protocol WorkFiles: Sendable {
    /// A new, empty folder for an attempt at a task: `work/RUN/TASK.N`, absolute. What an earlier
    /// attempt of that number left is removed.
    ///
    /// - Throws: `unavailable`.
    func makeTaskFolder(
        _ run: RunID, _ task: String, _ attempt: Int
    ) throws(BancadaError) -> String
    /// Makes a folder in an existing one; one that exists stays as it is.
    ///
    /// - Throws: `unavailable`.
    func makeFolder(_ path: String) throws(BancadaError)
    /// Removes a folder with everything in it; what cannot be removed stays.
    func removeTree(_ path: String)
    /// `work/RUN`, absolute: what is there belongs to executions of the run.
    func workFolder(_ run: RunID) -> String
    /// Where the output of an attempt at a task is kept: `logs/RUN/TASK.N.log`, absolute; the folder
    /// exists.
    func logPath(_ run: RunID, _ task: String, _ attempt: Int) -> String
}
