import Synchronization
import Workbench

/// Names of unfinished files and folders. They carry the process that makes them, so that whoever
/// opens the workspace after a crash can tell leftovers from work that goes on.
final class TemporaryNames: Sendable {
    private let identity: ProcessIdentity
    private let counter = Mutex<UInt64>(0)

    init(identity: ProcessIdentity) {
        self.identity = identity
    }

    /// A name that this object has not given before. Another object of the same process may give
    /// the same one: files are made with `OpenFile.Mode.create`, folders are checked to be new.
    func next() -> String {
        let number = counter.withLock { counter in
            counter += 1
            return counter
        }
        let boot = identity.bootID.replacing("/", with: "_")
        return "\(boot).\(identity.processID).\(identity.startTicks).\(number).part"
    }

    /// The process that made a name; nil for other names.
    static func maker(of name: String) -> ProcessIdentity? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[4] == "part", let processID = Int32(parts[1]),
            let startTicks = UInt64(parts[2]), UInt64(parts[3]) != nil
        else { return nil }
        return ProcessIdentity(
            bootID: String(parts[0].replacing("_", with: "/")), processID: processID,
            startTicks: startTicks)
    }

    /// Removes what dead processes left in `folder` under a temporary name after `prefix`.
    static func sweep(_ folder: String, prefix: String = "") {
        // Leftovers only take room: a folder that is missing or cannot be read or changed must not
        // keep anyone from opening the workspace.
        guard let names = try? FileSystem.names(in: folder) else { return }
        for name in names {
            guard let rest = name.removingPrefix(prefix), let maker = maker(of: rest),
                !maker.isRunning
            else { continue }
            try? FileSystem.removeTree(folder + "/" + name)
        }
    }
}
