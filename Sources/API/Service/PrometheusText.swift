package import Workbench

/// Writes metrics in the Prometheus text format 0.0.4.
package struct PrometheusText {
    /// The media type of the text.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The text written so far.
    package private(set) var text = ""

    /// A page without metrics.
    package init() {}

    /// Begins a family of metrics: what it means and of which type it is.
    package mutating func family(_ name: String, type: String, help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// Writes one sample.
    package mutating func sample(
        _ name: String, _ labels: [(name: String, value: String)], _ value: Double
    ) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(Self.number(value))\n"
    }

    /// Writes one sample without labels.
    package mutating func sample(_ name: String, _ value: Double) {
        sample(name, [], value)
    }

    /// The page of a server: its requests, its predictions, and the process.
    package static func page(
        _ snapshot: ServerMetrics.Snapshot, process: ProcessUsage, started: Timestamp,
        version: String, writes: TrackingStores.WriteCounts? = nil
    ) -> String {
        var page = PrometheusText()
        page.family("bancada_build_info", type: "gauge", help: "The running version, always 1.")
        page.sample("bancada_build_info", [("version", version)], 1)
        page.requests(snapshot)
        page.family(
            "bancada_http_requests_in_flight", type: "gauge", help: "Requests being answered.")
        page.sample("bancada_http_requests_in_flight", Double(snapshot.inFlight))
        page.family(
            "bancada_rows_predicted_total", type: "counter", help: "Rows predicted by a model.")
        for (model, count) in snapshot.rows {
            page.sample("bancada_rows_predicted_total", [("model", model)], Double(count))
        }
        if let writes { page.store(writes) }
        page.process(process, started: started)
        return page.text
    }

    private mutating func store(_ counts: TrackingStores.WriteCounts) {
        family(
            "bancada_store_writes_total", type: "counter", help: "Writes to the workspace.")
        sample("bancada_store_writes_total", Double(counts.writes))
        family(
            "bancada_store_commits_total", type: "counter",
            help: "Commits of the workspace, which writes share; each syncs the disk once.")
        sample("bancada_store_commits_total", Double(counts.commits))
    }

    private mutating func requests(_ snapshot: ServerMetrics.Snapshot) {
        family(
            "bancada_http_requests_total", type: "counter",
            help: "Answered requests by route, model and class of the status.")
        for (label, series) in snapshot.requests {
            for (status, count) in series.statusClasses.enumerated() where count > 0 {
                sample(
                    "bancada_http_requests_total",
                    Self.labels(label) + [("status", "\(status)xx")], Double(count))
            }
        }
        let name = "bancada_http_request_duration_seconds"
        family(name, type: "histogram", help: "Seconds taken to answer a request.")
        for (label, series) in snapshot.requests {
            var total: UInt64 = 0
            for (position, count) in series.latencies.enumerated() {
                total += count
                let bounds = ServerMetrics.latencyBounds
                let bound = position < bounds.count ? Self.number(bounds[position]) : "+Inf"
                sample("\(name)_bucket", Self.labels(label) + [("le", bound)], Double(total))
            }
            sample("\(name)_sum", Self.labels(label), series.seconds)
            sample("\(name)_count", Self.labels(label), Double(total))
        }
    }

    private mutating func process(_ usage: ProcessUsage, started: Timestamp) {
        family(
            "process_cpu_seconds_total", type: "counter", help: "Processor time used, in seconds.")
        sample("process_cpu_seconds_total", usage.cpuSeconds)
        family(
            "process_start_time_seconds", type: "gauge",
            help: "When the server started, in seconds since 1970.")
        sample("process_start_time_seconds", Double(started.milliseconds) / 1_000)
        if let bytes = usage.residentBytes {
            family(
                "process_resident_memory_bytes", type: "gauge", help: "Memory in use, in bytes.")
            sample("process_resident_memory_bytes", Double(bytes))
        }
    }

    private static func labels(_ label: ServerMetrics.Label) -> [(name: String, value: String)] {
        label.model.isEmpty
            ? [("route", label.route)] : [("route", label.route), ("model", label.model)]
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// Whole numbers without a fraction, as Prometheus itself writes them.
    private static func number(_ value: Double) -> String {
        if let integer = Int(exactly: value), integer.magnitude < 1 << 53 { return String(integer) }
        return value.description
    }
}
