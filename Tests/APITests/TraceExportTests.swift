import API
import Documents
import Foundation
import Testing
import Workbench

@Suite("Exports of traces")
struct TraceExportTests {
    /// What the real client sent, and what protobuf's own library reads in it; see traces.py.
    private static func table() throws -> [(body: [UInt8], spans: [Node])] {
        let path = ((#filePath as NSString).deletingLastPathComponent) + "/Reference/traces.json"
        let bytes = Array(try FixtureFile.read(path))
        guard case .array(let rows) = try JSONParser.parse(bytes, document: path).value else {
            return []
        }
        return try rows.map { row in
            let fields = try ObjectFields(row, document: path)
            let body = try #require(Data(base64Encoded: fields.string("body")))
            guard case .array(let spans) = try fields.required("spans").value else {
                return (Array(body), [])
            }
            return (Array(body), spans)
        }
    }

    /// A value with members in the order of their names and integers as protobuf writes them.
    private static func canonical(_ node: Node, _ name: String = "") -> JSON {
        switch node.value {
        case .integer(let number) where name == "int_value" || name.hasSuffix("_unix_nano"):
            return .string(String(number))
        case .integer(let number): return .number(Double(number))
        case .array(let items): return .array(items.map { canonical($0) })
        case .object(let members):
            // The library leaves out an empty key and a value that is none.
            let shown = members.map { JSON.Member($0.name, canonical($0.value, $0.name)) }
                .filter { ($0.name != "key" || $0.value != "") && $0.value != .object([]) }
            return .object(shown.sorted { $0.name < $1.name })
        default: return node.json
        }
    }

    @Test("Reads what MLflow's client sends as protobuf's library does")
    func reads() throws {
        let table = try Self.table()
        #expect(table.count == 3)
        for row in table {
            let export = try TraceExport(row.body)
            let contents = export.batches.flatMap(\.spans).map(\.content)
            #expect(contents.count == row.spans.count)
            for (content, span) in zip(contents, row.spans) {
                let read = try JSONParser.parse(Array(content.utf8), document: "span")
                #expect(Self.canonical(read) == Self.canonical(span))
            }
        }
    }

    @Test("Says of a trace what its root says")
    func roots() throws {
        let batches = try Self.table().flatMap { try TraceExport($0.body).batches }
        let part = try #require(batches.first { $0.spans[0].name == "manual" })
        #expect(part.state == nil)
        #expect(part.spans[0].type == "TOOL")
        #expect(part.spans[0].parent?.utf8.count == 16)
        let root = try #require(batches.first { $0.spans[0].name == "outer" })
        #expect(root.trace == part.trace)
        #expect(root.state == .ok)
        #expect(root.requestPreview == #"{"x": 1, "name": "é"}"#)
        #expect(root.responsePreview == #"{"r": 1}"#)
        let failed = try #require(batches.first { $0.spans[0].name == "fails" })
        #expect(failed.state == .error)
        #expect(failed.spans[0].status == "ERROR")
    }

    @Test("Takes tags, the session and the user from where exporters put them")
    func semantics() throws {
        let span = Wire.span(
            id: 1,
            attributes: [
                ("mlflow.traceTag.team", "blue"), ("session.id", "s1"), ("user.id", "ana"),
                ("mlflow.traceTag.", "no key"),
            ])
        let body = Wire.export(
            resource: [
                ("service.name", "shop"), ("telemetry.sdk.name", "x"), ("mlflow.x", "y"),
            ], spans: [span])
        let batch = try #require(try TraceExport(body).batches.first)
        #expect(
            batch.tags == [
                Workbench.Tag(key: "service.name", value: "shop"),
                Workbench.Tag(key: "team", value: "blue"),
            ])
        #expect(
            batch.metadata == [
                Workbench.Tag(key: "mlflow.trace.session", value: "s1"),
                Workbench.Tag(key: "mlflow.trace.user", value: "ana"),
            ])
        #expect(batch.requestPreview == nil)
    }

    @Test(
        "Refuses what is no export",
        arguments: [
            [], [0], [0xFF], [0x0A, 0x05], [0x0A, 0x00], Array(repeating: 0x80, count: 20),
            [0x0B], Array("{\"resourceSpans\":[]}".utf8), Wire.export(spans: [[]]),
            Wire.export(spans: [Wire.field(1, Array(repeating: 1, count: 16))]),
            Wire.export(spans: [
                Wire.field(1, Array(repeating: 1, count: 16)) + Wire.field(2, [1, 2])
            ]),
            Wire.export(spans: [Wire.span(id: 1) + Wire.field(5, [0xC3, 0x28])]),
            Wire.export(spans: [Wire.span(id: 1) + Wire.nested(200)]),
        ] as [[UInt8]])
    func refuses(bytes: [UInt8]) {
        #expect { try TraceExport(bytes) } throws: {
            ($0 as? BancadaError)?.code == .invalidInput
        }
    }

    @Test("Lets values be nested 32 deep")
    func depth() throws {
        let body = Wire.export(spans: [Wire.span(id: 1) + Wire.nested(32)])
        #expect(try TraceExport(body).batches.count == 1)
    }

    @Test("Never fails otherwise than with invalid input, whatever bytes come", arguments: 0..<8)
    func fuzz(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let seeds = try Self.table().map(\.body)
        var accepted = 0
        for _ in 0..<2_000 {
            var bytes = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                default: bytes = Array(bytes.prefix(place + 1))
                }
            }
            do throws(BancadaError) {
                let export = try TraceExport(bytes)
                accepted += 1
                for span in export.batches.flatMap(\.spans) {
                    _ = try JSONParser.parse(Array(span.content.utf8), document: "span")
                }
            } catch {
                #expect(error.code == .invalidInput, "seed \(seed)")
            }
        }
        #expect(accepted > 0)
    }

    @Test(
        "Writes and reads times as protobuf's JSON has them",
        arguments: [
            (1_795_545_079_312, "2026-11-24T18:31:19.312Z"), (0, "1970-01-01T00:00:00Z"),
            (951_827_696_999, "2000-02-29T12:34:56.999Z"), (-1, "1969-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func times(milliseconds: Int64, text: String) {
        #expect(ProtobufTime.text(of: Timestamp(milliseconds: milliseconds)) == text)
        #expect(ProtobufTime.time(text)?.milliseconds == milliseconds)
    }

    @Test(
        "Reads any offset and fraction, and nothing else",
        arguments: [
            ("2026-11-24T18:31:19.3Z", 1_795_545_079_300),
            ("2026-11-24T20:31:19.312345678+02:00", 1_795_545_079_312),
            ("2026-11-24T18:31:19", nil), ("2026-13-24T18:31:19Z", nil), ("", nil),
            ("2026-11-24T18:31:19.Z", nil), ("2026-11-24T18:31:19.0123456789Z", nil),
        ] as [(String, Int64?)])
    func offsets(text: String, milliseconds: Int64?) {
        #expect(ProtobufTime.time(text)?.milliseconds == milliseconds)
    }

    @Test(
        "Writes and reads durations",
        arguments: [("0.061s", 61), ("0s", 0), ("12s", 12_000), ("-1.500s", -1_500)]
            as [(String, Int64)])
    func durations(text: String, milliseconds: Int64) {
        #expect(ProtobufTime.milliseconds(text) == milliseconds)
        #expect(ProtobufTime.text(ofMilliseconds: milliseconds) == text)
    }

    @Test("Refuses what is no duration", arguments: ["", "1", "s", "1.s", "x1s", "9999999999999s"])
    func noDurations(text: String) {
        #expect(ProtobufTime.milliseconds(text) == nil)
    }
}
