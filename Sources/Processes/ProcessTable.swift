import Workbench

/// A process as the kernel's table shows it.
struct ProcessEntry: Equatable {
    let process: Int32
    let group: Int32
    let session: Int32
    /// When it started: clock ticks since boot on Linux.
    let start: UInt64
    /// Whether it has ended and waits for its parent.
    let isOver: Bool
}

#if os(Linux)
    extension ProcessEntry {
        /// Reads `PID (NAME) STATE PPID PGRP SESSION ...`, the text of `/proc/PID/stat`; the name
        /// may hold anything, also parentheses and spaces.
        init?(stat text: String) {
            guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else {
                return nil
            }
            let fields = text[text.index(after: close)...].split(separator: " ")
            guard let process = Int32(text[..<open].filter { $0 != " " }), fields.count >= 20,
                let group = Int32(fields[2]), let session = Int32(fields[3]),
                let start = UInt64(fields[19])
            else { return nil }
            self.init(
                process: process, group: group, session: session, start: start,
                isOver: ["Z", "X", "x"].contains(fields[0]))
        }
    }

    /// The kernel's table of processes: `/proc`.
    enum ProcessTable {
        /// A process; nil when there is none with this number, or it cannot be seen.
        static func entry(_ process: Int32) -> ProcessEntry? {
            Kernel.bytes(of: "/proc/\(process)/stat", atMost: 4096).flatMap {
                ProcessEntry(stat: String(decoding: $0, as: UTF8.self))
            }
        }

        /// All processes that can be seen.
        static func all() -> [ProcessEntry] { Kernel.numbers(in: "/proc").compactMap(entry) }

        /// The mark of this boot, with the process namespace: numbers of another one say nothing.
        static func bootMark() -> String? {
            guard let bytes = Kernel.bytes(of: "/proc/sys/kernel/random/boot_id", atMost: 256),
                let namespace = Kernel.linkTarget("/proc/self/ns/pid")
            else { return nil }
            let boot = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            return boot + "/" + namespace.filter(\.isNumber)
        }

        /// The largest resident memory of a process so far.
        static func peakBytes(_ process: Int32) -> Int? {
            guard let bytes = Kernel.bytes(of: "/proc/\(process)/status", atMost: 8192) else {
                return nil
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
            else { return nil }
            return Int(line.filter(\.isNumber)).map { $0 * 1024 }
        }

        /// Whether a process was started with the variable `NAME=VALUE`; false when its variables
        /// cannot be read, as those of another user.
        static func hasVariable(_ variable: String, _ process: Int32) -> Bool {
            guard let bytes = Kernel.bytes(of: "/proc/\(process)/environ", atMost: 1 << 20) else {
                return false
            }
            let wanted = Array(variable.utf8)
            return bytes.split(separator: 0).contains { $0.elementsEqual(wanted) }
        }
    }
#endif

extension ProcessTable {
    /// The living members of a group.
    static func living(group: Int32) -> [ProcessEntry] {
        all().filter { $0.group == group && !$0.isOver }
    }
}
