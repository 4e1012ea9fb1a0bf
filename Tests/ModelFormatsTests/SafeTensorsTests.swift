import Documents
import ModelFormats
import Testing
import Workbench

@Suite struct SafeTensorsTests {
    private func file() throws -> SafeTensors {
        try SafeTensors(
            tensors: [
                SafeTensor(name: "weights", shape: [2, 3], values: [1, -2.5, 0.1, 4, 5, 6]),
                SafeTensor(name: "bias", shape: [2], values: [.infinity, -0.0]),
                SafeTensor(name: "counts", shape: [], values: [-7 as Int64]),
                SafeTensor(name: "none", shape: [0, 4], values: [] as [Double]),
            ], metadata: ["format": "pt", "a": "ü"])
    }

    private func bytes(header: String, data: [UInt8] = []) -> [UInt8] {
        let header = Array(header.utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) } + header + data
    }

    @Test("Reads back what it wrote")
    func roundTrip() throws {
        let file = try file()
        let read = try SafeTensors(file.bytes, document: "w.safetensors")
        #expect(read == file)
        #expect(read["weights"]?.doubles == [1, -2.5, 0.1, 4, 5, 6])
        #expect(
            read["bias"]?.doubles?.map(\.bitPattern) == [Double.infinity, -0.0].map(\.bitPattern))
        #expect(read["counts"]?.integers == [-7])
        #expect(read["none"]?.doubles == [])
        #expect(read["other"] == nil)
        #expect(read.metadata == ["format": "pt", "a": "ü"])
    }

    @Test("Bytes are the format's, by hand")
    func layout() throws {
        let file = try SafeTensors(tensors: [SafeTensor(name: "x", shape: [1], values: [1.0])])
        let header = #"{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#
        #expect(header.utf8.count == 54)
        #expect(file.bytes == bytes(header: header + "  ", data: [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]))
    }

    @Test("Equal tensors in another order have equal bytes, aligned to eight")
    func order() throws {
        let file = try file()
        let other = try SafeTensors(tensors: file.tensors.reversed(), metadata: file.metadata)
        #expect(other.bytes == file.bytes)
        let length = file.bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(length % 8 == 0)
    }

    @Test("Reads a file that another program wrote: floats and small integers")
    func foreign() throws {
        let header = #"""
            {"f":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
             "i":{"dtype":"I32","shape":[1],"data_offsets":[8,12]},
             "b":{"dtype":"BOOL","shape":[3],"data_offsets":[12,15]}}
            """#
        let data: [UInt8] = [
            0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0xFE, 0xFF, 0xFF, 0xFF, 1, 0, 1,
        ]
        let file = try SafeTensors(bytes(header: header, data: data), document: "f")
        #expect(file["f"]?.doubles == [1, -2])
        #expect(file["i"]?.integers == [-2])
        #expect(file["b"]?.doubles == nil)
        #expect(file["b"]?.bytes == [1, 0, 1])
    }

    @Test("Refuses names that are there twice or reserved")
    func names() {
        let tensor = SafeTensor(name: "x", shape: [1], values: [1.0])
        #expect(throws: BancadaError.self) { try SafeTensors(tensors: [tensor, tensor]) }
        let reserved = SafeTensor(name: "__metadata__", shape: [1], values: [1.0])
        #expect(throws: BancadaError.self) { try SafeTensors(tensors: [reserved]) }
    }

    @Test(
        "Refuses damaged headers",
        arguments: [
            #"{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,9]}}"#,
            #"{"x":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}"#,
            #"{"x":{"dtype":"F65","shape":[1],"data_offsets":[0,8]}}"#,
            #"{"x":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}}"#,
            #"{"x":{"dtype":"F64","shape":[1.0],"data_offsets":[0,8]}}"#,
            #"{"x":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}"#,
            #"{"x":{"dtype":"F64","shape":[1],"data_offsets":[8,0]}}"#,
            #"{"x":{"dtype":"F64","shape":[1],"data_offsets":[0]}}"#,
            #"{"x":{"dtype":"F64","shape":[1]}}"#,
            #"{"x":{"dtype":"F64","shape":[4294967296,4294967296,8],"data_offsets":[0,8]}}"#,
            #"{"x":{"dtype":"F64","shape":[9223372036854775807],"data_offsets":[0,8]}}"#,
            #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#,
            #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            #"{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8],"more":1}}"#,
            #"{"x":3}"#, #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":3}"#, "[]", "", "{",
            "null",
        ])
    func damaged(header: String) {
        let error = #expect(throws: BancadaError.self) {
            try SafeTensors(
                bytes(header: header, data: [UInt8](repeating: 1, count: 8)), document: "w.st")
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains("w.st") == true, "\(error?.message ?? "")")
    }

    @Test(
        "Refuses lengths beyond the file",
        arguments: [
            [], [1, 2, 3], [255, 255, 255, 255, 255, 255, 255, 255], [1, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 128, 1, 2, 3],
        ] as [[UInt8]])
    func lengths(file: [UInt8]) {
        #expect(throws: BancadaError.self) { try SafeTensors(file, document: "w") }
    }

    @Test("Changed bytes never crash the reader", arguments: UInt64(1)...8)
    func fuzz(seed: UInt64) throws {
        let original = try file().bytes
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<1500 {
            var bytes = original
            for _ in 0...next(4) {
                switch next(4) {
                case 0: bytes.removeLast(min(bytes.count, next(20)))
                case 1 where !bytes.isEmpty: bytes[next(min(8, bytes.count))] = UInt8(next(256))
                case 2 where !bytes.isEmpty: bytes.insert(UInt8(next(256)), at: next(bytes.count))
                case _ where !bytes.isEmpty: bytes[next(bytes.count)] = UInt8(next(256))
                default: break
                }
            }
            do throws(BancadaError) {
                let file = try SafeTensors(bytes, document: "fuzz")
                for tensor in file.tensors {
                    let count = tensor.shape.reduce(1, *)
                    #expect(tensor.bytes.count == count * tensor.type.size, "seed \(seed)")
                    if let values = tensor.doubles { #expect(values.count == count) }
                }
            } catch {
                #expect(error.code == .invalidInput, "seed \(seed): \(error)")
            }
        }
    }
}
