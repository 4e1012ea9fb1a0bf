import API
import Documents
import NIOCore
import Testing
import Workbench

@Suite("The quick reader of batches")
struct LogBatchScannerTests {
    private let run = runID(1)

    private func scan(_ text: String) -> (batch: LogBatch, run: RunID)? {
        LogBatchScanner.scan(ByteBuffer(string: text).readableBytesUInt8Span)
    }

    @Test(
        "Leaves everything else to the ordinary way",
        arguments: [
            "", "{}", "[]", #"{"run_id":"RUN"} x"#, #"{"run_id":"x"}"#, #"{"run_id":null}"#,
            #"{"run_id":"RUN","run_id":"RUN"}"#, #"{"run_id":"RUN","metrics":null}"#,
            #"{"run_id":"RUN","more":1}"#, #"{"run_id":"RUN","params":[{"key":"a"}]}"#,
            #"{"run_id":"RUN","tags":[{"key":"a\n","value":"x"}]}"#,
            #"{"run_id":"RUN","metrics":[{"key":"a","value":"NaN","timestamp":1}]}"#,
            #"{"run_id":"RUN","metrics":[{"key":"a","value":1,"timestamp":"1"}]}"#,
            #"{"run_id":"RUN","metrics":[{"key":"","value":1,"timestamp":1}]}"#,
            #"{"run_id":"RUN","metrics":[{"key":"a","value":1,"timestamp":-1}]}"#,
            #"{"run_id":"RUN","metrics":[{"key":"a","value":1,"timestamp":9007199254740993}]}"#,
            #"{"run_id":"RUN","metrics":[{"key":"a","value":1,"value":"x","timestamp":1}]}"#,
            #"{"run_id":"RUN","metrics":[{"key":"a","value":1,"timestamp":1,"model_id":"m"}]}"#,
        ])
    func others(text: String) {
        let text = text.split(separator: "RUN", omittingEmptySubsequences: false)
            .joined(separator: run)
        #expect(scan(text) == nil)
    }

    @Test("Reads a batch, with what its points measure")
    func batch() throws {
        let model = "m-" + run
        let text =
            #"{"run_id":"\#(run)","metrics":[{"key":"a","value":1,"timestamp":2,"step":3,"#
            + #""run_id":"\#(run)","model_id":"\#(model)","dataset_name":"d"}],"#
            + #""params":[{"key":"p","value":"1"}],"tags":[]}"#
        let read = try #require(scan(text))
        let id = try #require(LoggedModelID(model))
        #expect(read.run.text == run)
        #expect(
            read.batch.metrics == [
                Metric(
                    key: "a", value: 1, timestamp: Timestamp(milliseconds: 2), step: 3,
                    subject: MetricSubject(model: id, datasetName: "d"))
            ])
        #expect(read.batch.params == [Param(key: "p", value: "1")])
        #expect(read.batch.tags.isEmpty)
    }

    private func point(_ text: String) -> (metric: Metric, run: RunID)? {
        LogBatchScanner.scanPoint(ByteBuffer(string: text).readableBytesUInt8Span)
    }

    @Test("Reads a point as clients send it, with both names of its run")
    func point() throws {
        let body =
            #"{"run_uuid": "\#(run)", "run_id": "\#(run)", "key": "loss", "value": -0.5, "#
            + #""timestamp": 1795448906000, "step": -3}"#
        let read = try #require(point(body))
        #expect(read.run.text == run)
        #expect(
            read.metric
                == Metric(
                    key: "loss", value: -0.5, timestamp: Timestamp(milliseconds: 1_795_448_906_000),
                    step: -3))
        for end in ["x", "{}", ","] { #expect(point(body + end) == nil) }
    }

    @Test(
        "Leaves other points to the ordinary way",
        arguments: [
            #""key":"a","value":"NaN","timestamp":1"#, #""key":"a","value":1"#,
            #""key":"a","value":1,"timestamp":1,"more":1"#, #""key":"","value":1,"timestamp":1"#,
            #""key":"a","value":1,"timestamp":-1"#, #""key":"a","value":1,"timestamp":1.5"#,
            #""key":"a","key":"b","value":1,"timestamp":1"#, #""value":1,"timestamp":1"#,
            #""key":"a","value":1,"timestamp":1,"step":"2""#,
        ])
    func otherPoints(members: String) {
        #expect(point("{\"run_id\":\"\(run)\",\(members)}") == nil)
    }

    @Test(
        "Reads a damaged batch as the ordinary way does, or not at all",
        arguments: 0..<4 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let seedText =
            #"{"run_id":"\#(run)","metrics":[{"key":"a","value":0.25,"timestamp":17,"step":1},"#
            + #"{"key":"b","value":-1e-7,"timestamp":18,"step":0}],"#
            + #""params":[{"key":"p","value":"x"}],"tags":[{"key":"t","value":""}]}"#
        let fragments = ["null", "-", "1e5", "\"", "\\", ",", "[", "]", "{}", ":", "0", "1.5", "é"]
        var read = 0
        for _ in 0..<3_000 {
            var bytes = Array(seedText.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1:
                    let fragment = fragments[
                        Int.random(in: 0..<fragments.count, using: &generator)]
                    bytes.insert(contentsOf: fragment.utf8, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 4))
                }
            }
            guard
                let scanned = LogBatchScanner.scan(ByteBuffer(bytes: bytes).readableBytesUInt8Span)
            else { continue }
            read += 1
            let text = String(decoding: bytes, as: UTF8.self)
            let ordinary = try? LogBatch(requestBody: bytes)
            #expect(ordinary?.metrics == scanned.batch.metrics, "\(text)")
            #expect(ordinary?.params == scanned.batch.params, "\(text)")
            #expect(ordinary?.tags == scanned.batch.tags, "\(text)")
        }
        #expect(read > 500)
    }
}
