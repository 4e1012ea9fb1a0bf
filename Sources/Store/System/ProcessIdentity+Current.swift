package import Workbench

/// Where the marks of processes come from on Linux: `/proc`.
///
/// Processes in another process namespace (a container that shares the workspace) cannot be seen
/// from here; they are told apart by a boot id with the namespace in it, and only a silent
/// heartbeat ends their leases.
#if os(Linux)
    extension ProcessIdentity {
        /// The marks of this process.
        ///
        /// - Throws: `unavailable` when `/proc` cannot be read.
        package static func current() throws(BancadaError) -> ProcessIdentity {
            do {
                guard let entry = try ProcessEntry.read("/proc/self/stat") else {
                    throw BancadaError(.unavailable, "cannot understand /proc/self/stat")
                }
                return ProcessIdentity(
                    bootID: try bootMark(), processID: entry.processID, startTicks: entry.startTicks
                )
            } catch let error as SystemError {
                throw error.bancadaError
            } catch {
                throw error as? BancadaError
                    ?? BancadaError(.internal, "cannot identify this process", cause: error)
            }
        }

        /// Whether the process still runs, as far as it can be seen from here; a zombie does not.
        package var isRunning: Bool {
            // Without /proc nothing can be said; the heartbeat decides.
            guard let here = try? Self.bootMark() else { return true }
            if here != bootID { return Self.boot(of: here) == Self.boot(of: bootID) }
            do {
                guard let entry = try ProcessEntry.read("/proc/\(processID)/stat") else {
                    return true
                }
                return entry.startTicks == startTicks && !entry.isOver
            } catch let error as SystemError where error.isMissing {
                // Some systems hide the processes of other users.
                return SystemCode.isHiddenProcess(processID)
            } catch {
                return true
            }
        }

        private static func bootMark() throws -> String {
            let bytes = try FileSystem.bytes(of: "/proc/sys/kernel/random/boot_id", atMost: 256)
            let boot = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            let namespace = try FileSystem.linkTarget("/proc/self/ns/pid").filter(\.isNumber)
            return boot + "/" + namespace
        }

        private static func boot(of mark: String) -> Substring {
            mark.prefix { $0 != "/" }
        }
    }

    /// The fields of `/proc/PID/stat` that matter here.
    struct ProcessEntry {
        let processID: Int32
        /// Whether the process has ended and waits for its parent, or is going away.
        let isOver: Bool
        let startTicks: UInt64

        /// The entry in the file; nil when its text is not that of a process.
        static func read(_ path: String) throws -> ProcessEntry? {
            let bytes = try FileSystem.bytes(of: path, atMost: 4096)
            return ProcessEntry(String(decoding: bytes, as: UTF8.self))
        }

        /// Reads `PID (NAME) STATE ...`; the name may hold anything, also parentheses and spaces.
        init?(_ text: String) {
            guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else {
                return nil
            }
            let fields = text[text.index(after: close)...].split(separator: " ")
            guard let processID = Int32(text[..<open].filter { $0 != " " }), fields.count >= 20,
                let startTicks = UInt64(fields[19])
            else { return nil }
            self.processID = processID
            self.startTicks = startTicks
            isOver = ["Z", "X", "x"].contains(fields[0])
        }
    }
#endif

extension Lease {
    /// Whether the lease no longer binds anyone at `now`: its process is gone, or silent for longer
    /// than `Lease.expiry`. A `RUNNING` run with a dead lease is *interrupted*.
    package func isDead(at now: Timestamp) -> Bool {
        isDead(at: now, holderIsRunning: holder.isRunning)
    }
}
