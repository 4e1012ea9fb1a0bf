#if os(macOS)
    import Darwin

    /// The kernel's table of processes.
    enum ProcessTable {
        /// A process; nil when there is none with this number. Start times are microseconds since
        /// 1970 here.
        static func entry(_ process: Int32) -> ProcessEntry? {
            entries([CTL_KERN, KERN_PROC, KERN_PROC_PID, process]).first
        }

        /// All processes.
        static func all() -> [ProcessEntry] { entries([CTL_KERN, KERN_PROC, KERN_PROC_ALL, 0]) }

        private static func entries(_ query: [Int32]) -> [ProcessEntry] {
            var query = query
            var size = 0
            guard unsafe sysctl(&query, UInt32(query.count), nil, &size, nil, 0) == 0 else {
                return []
            }
            // Processes may start meanwhile.
            let stride = MemoryLayout<kinfo_proc>.stride
            var table = unsafe [kinfo_proc](repeating: kinfo_proc(), count: size / stride + 32)
            size = table.count * stride
            guard unsafe sysctl(&query, UInt32(query.count), &table, &size, nil, 0) == 0 else {
                return []
            }
            return unsafe table.prefix(size / stride).map { entry in
                let start = unsafe entry.kp_proc.p_starttime
                let process = unsafe entry.kp_proc.p_pid
                return ProcessEntry(
                    process: process, group: unsafe entry.kp_eproc.e_pgid,
                    session: getsid(process),
                    start: UInt64(start.tv_sec) * 1_000_000 + UInt64(start.tv_usec),
                    isOver: unsafe entry.kp_proc.p_stat == CChar(SZOMB))
            }
        }

        /// The mark of this boot.
        static func bootMark() -> String? {
            var buffer = [UInt8](repeating: 0, count: 64)
            var size = buffer.count
            let result = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe sysctlbyname("kern.bootsessionuuid", bytes.baseAddress, &size, nil, 0)
            }
            return result == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : nil
        }

        /// The kernel tells the peak at the end only.
        static func peakBytes(_ process: Int32) -> Int? { nil }

        /// Whether a process was started with the variable `NAME=VALUE`.
        static func hasVariable(_ variable: String, _ process: Int32) -> Bool {
            var query: [Int32] = [CTL_KERN, KERN_PROCARGS2, process]
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            var size = buffer.count
            guard unsafe sysctl(&query, UInt32(query.count), &buffer, &size, nil, 0) == 0 else {
                return false
            }
            let wanted = Array(variable.utf8)
            return buffer[..<size].split(separator: 0).contains { $0.elementsEqual(wanted) }
        }
    }
#endif
