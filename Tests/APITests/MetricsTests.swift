import API
import Testing
import Workbench

@Suite("Metrics")
struct MetricsTests {
    @Test("Writes the page that Prometheus reads")
    func page() {
        let metrics = ServerMetrics()
        let label = ServerMetrics.Label(route: "/v2/models/{model}/infer", model: "a\"b\\c\nd")
        metrics.begin()
        metrics.begin()
        metrics.end(label, status: 200, seconds: 0.000_05)
        metrics.count(label, status: 404, seconds: 0.3, rows: 2)
        metrics.count(ServerMetrics.Label(route: "/health"), status: 200, seconds: 60)
        let text = PrometheusText.page(
            metrics.snapshot, process: ProcessUsage(cpuSeconds: 1.5, residentBytes: 4_096),
            started: Timestamp(milliseconds: 1_500), version: "0.1.0")
        let lines = text.split(separator: "\n")
        let model = #"model="a\"b\\c\nd""#
        for line in [
            #"bancada_build_info{version="0.1.0"} 1"#,
            "# TYPE bancada_http_requests_total counter",
            #"bancada_http_requests_total{route="/health",status="2xx"} 1"#,
            #"bancada_http_requests_total{route="/v2/models/{model}/infer",\#(model),status="2xx"} 1"#,
            #"bancada_http_requests_total{route="/v2/models/{model}/infer",\#(model),status="4xx"} 1"#,
            "# TYPE bancada_http_request_duration_seconds histogram",
            #"bancada_http_request_duration_seconds_bucket{route="/health",le="10"} 0"#,
            #"bancada_http_request_duration_seconds_bucket{route="/health",le="+Inf"} 1"#,
            #"bancada_http_request_duration_seconds_sum{route="/health"} 60"#,
            #"bancada_http_request_duration_seconds_count{route="/health"} 1"#,
            #"bancada_http_request_duration_seconds_bucket{route="/v2/models/{model}/infer","#
                + #"\#(model),le="5e-05"} 1"#,
            #"bancada_http_request_duration_seconds_bucket{route="/v2/models/{model}/infer","#
                + #"\#(model),le="0.25"} 1"#,
            #"bancada_http_request_duration_seconds_bucket{route="/v2/models/{model}/infer","#
                + #"\#(model),le="0.5"} 2"#,
            "bancada_http_requests_in_flight 1",
            #"bancada_rows_predicted_total{\#(model)} 2"#,
            "process_cpu_seconds_total 1.5", "process_start_time_seconds 1.5",
            "process_resident_memory_bytes 4096",
        ] {
            #expect(lines.contains(Substring(line)), "\(line)")
        }
    }

    @Test("Is served as text of version 0.0.4, with every family described once")
    func served() async throws {
        let reply = try await serving { try await HTTPClient($0).get("/metrics") }
        #expect(reply.status == 200)
        #expect(reply.field("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        let lines = reply.text.split(separator: "\n")
        let helps = lines.filter { $0.hasPrefix("# HELP ") }.map { $0.split(separator: " ")[2] }
        let types = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
        #expect(helps == types)
        #expect(Set(helps).count == helps.count)
        for line in lines where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            #expect(helps.contains { name.hasPrefix($0) }, "\(line)")
            #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil, "\(line)")
        }
    }

    @Test("Stays bounded whatever is counted")
    func bounded() {
        let metrics = ServerMetrics()
        for number in 0..<5_000 {
            metrics.count(
                ServerMetrics.Label(route: "/r", model: "m\(number)"), status: 200, seconds: 0,
                rows: 1)
        }
        let snapshot = metrics.snapshot
        #expect(snapshot.requests.count == 2_001)
        #expect(snapshot.rows.count == 2_001)
        #expect(snapshot.rows.first { $0.model == "other" }?.count == 3_000)
    }

    @Test("Knows what this process uses")
    func process() {
        let usage = ProcessUsage.current()
        #expect(usage.cpuSeconds > 0)
        #if os(Linux)
            #expect((usage.residentBytes ?? 0) > 1 << 20)
        #endif
    }

    @Test("Counts no model that a client made up")
    func labels() async throws {
        try await serving { address in
            let client = HTTPClient(address)
            for number in 0..<5 { _ = try await client.get("/v2/models/made-up-\(number)") }
            _ = try await client.get("/a/b/c")
            let page = try await client.get("/metrics").text
            #expect(!page.contains("made-up"))
            #expect(
                page.contains(
                    #"bancada_http_requests_total{route="/v2/models/{model}",status="4xx"} 5"#))
            #expect(page.contains(#"bancada_http_requests_total{route="unknown",status="4xx"} 1"#))
        }
    }
}
