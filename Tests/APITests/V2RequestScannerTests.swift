import API
import Testing
import Workbench

@Suite("The scanner of infer requests")
struct V2RequestScannerTests {
    private func scan(_ bytes: [UInt8]) -> InferenceRequest? {
        V2RequestScanner.scan(bytes.span)
    }

    @Test(
        "Reads the common forms itself",
        arguments: [
            sharesBody(), sharesBody("1,2,3,-4.5e-3,5E+2,0.1", rows: 2), sharesBody("null,2,3"),
            sharesBody("0.12345678901234567,12345678901234567890.5,1e-300"),
            sharesBody(more: #","id":"ü","outputs":[{"name":"output-0"}]"#),
            " { \"inputs\" : [ { \"name\" : \"x\" , \"datatype\" : \"BYTES\" , \"shape\" : [ 2 ] , "
                + "\"data\" : [ \"a\" , null ] } ] } ",
            #"{"inputs":[{"name":"a","shape":[1],"datatype":"INT8","data":[-128]},"#
                + #"{"name":"b","shape":[1],"datatype":"UINT64","data":[7]}]}"#,
        ])
    func common(body: String) throws {
        let scanned = try #require(scan(Array(body.utf8)))
        let decoded = try V2RequestDecoder.decode(json: Array(body.utf8)).inference
        #expect(describe(scanned) == describe(decoded))
    }

    @Test(
        "Leaves the rest to the decoder",
        arguments: [
            "", "{}", "[]", sharesBody() + "x", sharesBody("1,2"), sharesBody("[1,2,3]"),
            sharesBody("1,2,\"3\""), sharesBody("01,2,3"), sharesBody("1.,2,3"),
            sharesBody("1e,2,3"), sharesBody("1e400,2,3"), sharesBody("1,2,3,"),
            sharesBody("1234567890123456789,2,3"), sharesBody(more: #","id":"a\nb""#),
            sharesBody(more: #","id":"a","id":"b""#), sharesBody(more: #","parameters":{}"#),
            sharesBody(more: #","outputs":[]"#), sharesBody(more: ",\"\0id\":\"x\""),
            #"{"inputs":[{"name":"x","shape":[1,1,1],"datatype":"FP64","data":[1]}]}"#,
            #"{"inputs":[{"name":"x","shape":[1],"data":[1],"datatype":"FP64"}]}"#,
            #"{"inputs":[{"name":"x","shape":[01],"datatype":"FP64","data":[1]}]}"#,
            #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]},"#
                + #"{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}"#,
        ])
    func rest(body: String) {
        #expect(scan(Array(body.utf8)) == nil)
    }

    @Test("Reads exactly what the decoder reads, whatever is done to a request", arguments: 1...8)
    func fuzz(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var scannedCount = 0
        for _ in 0..<4_000 {
            let body = FuzzedRequest.make(using: &generator)
            guard let scanned = scan(body) else { continue }
            scannedCount += 1
            let decoded = try? V2RequestDecoder.decode(json: body).inference
            #expect(
                decoded.map(describe) == describe(scanned),
                "seed \(seed): \(String(decoding: body, as: UTF8.self))")
        }
        #expect(scannedCount > 100, "the fuzzer should leave some requests whole")
    }

    /// Text in which NaN equals NaN and -0 is not 0.
    private func describe(_ request: InferenceRequest) -> String { "\(request)" }
}
