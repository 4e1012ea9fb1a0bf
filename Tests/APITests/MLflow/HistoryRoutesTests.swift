import API
import Documents
import Synchronization
import Testing
import Workbench

@Suite("Histories of metrics over the tracking protocol")
struct HistoryRoutesTests {
    private func memory(points: Int) async throws -> MemoryTracking {
        let memory = MemoryTracking()
        let run = try await memory.stores.runs.createRun(
            NewRun(
                id: memory.stores.makeRunID(), kind: .external, experiment: .standard, user: "u",
                startTime: testClock.now()))
        let metrics = (0..<points).map { step in
            Metric(
                key: "lo\"ss", value: 1 / Double(step + 1),
                timestamp: Timestamp(milliseconds: Int64(step)), step: Int64(step))
        }
        memory.state.withLock { $0.points[run.id] = metrics }
        return memory
    }

    @Test("Gives a page of points, and where it goes on")
    func pages() async throws {
        let path = "metrics/get-history?run_id=\(runID(1))&metric_key=lo%22ss"
        try await expect(
            [
                TrackingCall(
                    "GET", "\(path)&max_results=2",
                    #"{"metrics":[{"key":"lo\"ss","value":1.0,"timestamp":0,"step":0},"#
                        + #"{"key":"lo\"ss","value":0.5,"timestamp":1,"step":1}],"#
                        + #""next_page_token":"2"}"#),
                TrackingCall(
                    "GET", "\(path)&max_results=2&page_token=2",
                    #"{"metrics":[{"key":"lo\"ss","value":0.3333333333333333,"#
                        + #""timestamp":2,"step":2}]}"#),
                TrackingCall("GET", "metrics/get-history?run_id=\(runID(1))&metric_key=none"),
                TrackingCall(
                    "GET", "metrics/get-history?run_id=\(runID(2))&metric_key=x", status: 404,
                    trackingError("RESOURCE_DOES_NOT_EXIST", #"run "\#(runID(2))" not found"#)),
            ], of: memory(points: 3))
    }

    @Test("Gives points by time, but thins them out by step")
    func orders() async throws {
        let memory = try await memory(points: 0)
        let id = try #require(RunID(runID(1)))
        memory.state.withLock { state in
            state.points[id] = [(1, 9), (2, 4)].map { step, time in
                Metric(key: "m", value: 0, timestamp: Timestamp(milliseconds: time), step: step)
            }
        }
        let early = #"{"key":"m","value":0.0,"timestamp":4,"step":2"#
        let late = #"{"key":"m","value":0.0,"timestamp":9,"step":1"#
        let run = #","run_id":"\#(runID(1))""#
        try await expect(
            [
                TrackingCall(
                    "GET", "metrics/get-history?run_id=\(runID(1))&metric_key=m",
                    #"{"metrics":[\#(early)},\#(late)}]}"#),
                TrackingCall(
                    "GET",
                    "metrics/get-history-bulk-interval?run_ids=\(runID(1))&metric_key=m",
                    #"{"metrics":[\#(late)\#(run)},\#(early)\#(run)}]}"#),
            ], of: memory)
    }

    @Test(
        "Gives all points in one answer when no page is asked for", arguments: [0, 25_000, 60_001])
    func whole(count: Int) async throws {
        let reply = try await serving([], tracking: memory(points: count)) {
            try await HTTPClient($0).get(
                "/api/2.0/mlflow/metrics/get-history?run_id=\(runID(1))&metric_key=lo%22ss")
        }
        let node = try JSONParser.parse(reply.body, document: "answer")
        guard count > 0 else {
            #expect(reply.text == "{}")
            return
        }
        guard case .array(let points) = node["metrics"]?.value else {
            Issue.record("no list of points")
            return
        }
        #expect(points.count == count)
        #expect(points.last?["step"]?.double == Double(count - 1))
        #expect(node["next_page_token"] == nil)
    }

    @Test("Thins out histories evenly, and keeps the last step")
    func thinned() async throws {
        #expect(HistoryThinning.steps(Array(0..<5), to: 5) == [0, 1, 2, 3, 4])
        #expect(HistoryThinning.steps(Array(0..<10), to: 4) == [0, 3, 6, 9])
        #expect(HistoryThinning.steps(Array(0..<11), to: 4) == [0, 3, 6, 9, 10])
        try await expect(
            [
                TrackingCall(
                    "GET",
                    "metrics/get-history-bulk-interval?run_ids=\(runID(1))&metric_key=lo%22ss"
                        + "&start_step=1&end_step=2",
                    #"{"metrics":[{"key":"lo\"ss","value":0.5,"timestamp":1,"step":1,"#
                        + #""run_id":"\#(runID(1))"},{"key":"lo\"ss","#
                        + #""value":0.3333333333333333,"timestamp":2,"step":2,"#
                        + #""run_id":"\#(runID(1))"}]}"#)
            ], of: memory(points: 5))
    }
}
