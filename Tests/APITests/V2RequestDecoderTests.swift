import API
import NIOCore
import Testing
import Workbench

@Suite("Requests of the Open Inference Protocol")
struct V2RequestDecoderTests {
    private func decode(_ text: String, binary: [UInt8] = []) throws -> V2Request {
        try V2RequestDecoder.decode(json: Array(text.utf8), binary: ByteBuffer(bytes: binary))
    }

    private func input(_ datatype: String, _ shape: String, _ data: String) throws -> Tensor {
        let text =
            #"{"inputs":[{"name":"x","shape":\#(shape),"datatype":"\#(datatype)","data":\#(data)}]}"#
        let request = try decode(text)
        return try #require(request.inference.inputs.first)
    }

    private func message(_ text: String) throws -> String {
        let error = #expect(throws: BancadaError.self) { try decode(text) }
        #expect(error?.code == .invalidInput)
        return error?.description ?? ""
    }

    @Test("Reads id, inputs, outputs and what the answer shall look like")
    func whole() throws {
        let request = try decode(
            #"""
            {"id":"42","model_name":"iris","parameters":{"binary_data_output":true,"content_type":"np"},
             "inputs":[{"name":"a","shape":[2],"datatype":"INT32","data":[1,-2]},
                       {"parameters":{"content_type":"str"},"data":["x",null],"datatype":"BYTES",
                        "shape":[2,1],"name":"b"}],
             "outputs":[{"name":"p","parameters":{"binary_data":false}},{"name":"q"}]}
            """#)
        #expect(request.inference.id == "42")
        #expect(
            request.inference.inputs == [
                Tensor(name: "a", type: .int32, shape: [2], elements: .numbers([1, -2])),
                Tensor(name: "b", type: .bytes, shape: [2, 1], elements: .texts(["x", nil])),
            ])
        #expect(request.inference.outputs == ["p", "q"])
        #expect(!request.isBinary(output: "p"))
        #expect(request.isBinary(output: "q"))
    }

    @Test(
        "Takes flat and nested data alike",
        arguments: ["[1,2,3,4,5,6]", "[[1,2,3],[4,5,6]]", "[ [1, 2, 3] , [4, 5, 6] ]"])
    func nested(data: String) throws {
        #expect(try input("FP64", "[2,3]", data).elements == .numbers([1, 2, 3, 4, 5, 6]))
    }

    @Test("Takes deeper nesting, a scalar and a missing element")
    func shapes() throws {
        #expect(
            try input("INT8", "[2,1,2]", "[[[1,2]],[[3,4]]]").elements == .numbers([1, 2, 3, 4]))
        #expect(try input("FP32", "[]", "[1.5]").elements == .numbers([1.5]))
        guard case .numbers(let values) = try input("FP64", "[2]", "[null,1]").elements else {
            Issue.record("expected numbers")
            return
        }
        #expect(values[0].isNaN && values[1] == 1)
    }

    @Test(
        "Takes what a data type has",
        arguments: [
            ("BOOL", "[true,false,1,0]", [1, 0, 1, 0]),
            ("INT8", "[-128,127]", [-128, 127]), ("UINT8", "[0,255]", [0, 255]),
            ("INT16", "[-32768,32767]", [-32_768, 32_767]), ("UINT16", "[65535]", [65_535]),
            ("INT32", "[-2147483648,2147483647]", [-2_147_483_648, 2_147_483_647]),
            ("UINT32", "[4294967295]", [4_294_967_295]),
            ("INT64", "[-9223372036854775808,9223372036854775807]", [-0x1p63, 0x1p63]),
            ("UINT64", "[18446744073709551615,5]", [0x1p64, 5]),
            ("INT32", "[2.0,1e3,-0]", [2, 1_000, 0]),
            ("FP32", "[0.1,3.4e38]", [Double(Float(0.1)), Double(Float(3.4e38))]),
            ("FP16", "[0.1,65504]", [0.0999755859375, 65_504]),
            ("FP64", "[0.1,-1e-300,7]", [0.1, -1e-300, 7]),
        ] as [(String, String, [Double])])
    func types(datatype: String, data: String, values: [Double]) throws {
        #expect(
            try input(datatype, "[\(values.count)]", data).elements == .numbers(values))
    }

    @Test(
        "Refuses what a data type does not have",
        arguments: [
            ("BOOL", "2"), ("BOOL", "\"true\""), ("INT8", "128"), ("INT8", "1.5"),
            ("INT8", "true"), ("UINT8", "-1"), ("UINT8", "256"), ("INT16", "-32769"),
            ("UINT16", "65536"), ("INT32", "2147483648"), ("UINT32", "-1"),
            ("INT64", "9223372036854775808"), ("UINT64", "-1"), ("UINT64", "2e19"),
            ("FP16", "65520"), ("FP32", "1e39"), ("FP64", "1e309"), ("FP64", "\"1\""),
            ("FP64", "{}"), ("BYTES", "1"), ("BYTES", "true"),
        ])
    func wrongElements(datatype: String, element: String) throws {
        let text = try message(
            #"{"inputs":[{"name":"x","shape":[1],"datatype":"\#(datatype)","data":[\#(element)]}]}"#
        )
        #expect(text.contains("\"inputs[0].data\" holds "))
        #expect(text.contains(", expected "))
    }

    @Test(
        "Says what is wrong with a request",
        arguments: [
            ("", "request:1:1: the text ends, expected a value"),
            ("[]", "request:1:1: expected an object, found an array"),
            ("{}", "request:1:1: missing \"inputs\""),
            (#"{"inputs":[]}"#, "request:1:2: \"inputs\" is empty, expected at least one input"),
            (
                #"{"input":[]}"#,
                "request:1:2: unknown key \"input\" (hint: write \"inputs\")"
            ),
            (
                #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[NaN]}]}"#,
                "request:1:62: found 'N', expected a value"
            ),
            (
                #"{"inputs":[{"name":"","shape":[1],"datatype":"FP64","data":[1]}]}"#,
                "request:1:13: \"inputs[0].name\" is empty"
            ),
            (
                #"{"inputs":[{"name":"x","shape":[-1],"datatype":"FP64","data":[1]}]}"#,
                "request:1:24: \"inputs[0].shape\" holds a size that is no integer from 0 on"
            ),
            (
                #"{"inputs":[{"name":"x","shape":[9223372036854775807,2],"datatype":"FP64","data":[1]}]}"#,
                "request:1:24: \"inputs[0].shape\" is too large"
            ),
            (
                #"{"inputs":[{"name":"x","shape":[2],"datatype":"FP64","data":[1]}]}"#,
                "request:1:54: \"inputs[0].data\" has 1 elements, expected 2 for the shape [2]"
            ),
            (
                #"{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[[1,2],[3]]}]}"#,
                "request:1:56: \"inputs[0].data\" holds an array of 1 at 1:70, expected 2 as the "
                    + "shape says"
            ),
            (
                #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[[1]]}]}"#,
                "request:1:54: \"inputs[0].data\" is nested deeper than its shape says"
            ),
            (
                #"{"inputs":[{"name":"x","shape":[2,1],"datatype":"FP64","data":[[1],2]}]}"#,
                "request:1:56: \"inputs[0].data\" mixes arrays and elements"
            ),
            (
                #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]},"#
                    + #"{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}"#,
                "request:1:67: \"inputs[1].name\" \"x\" is the name of two inputs"
            ),
            (
                #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}],"#
                    + #""outputs":[{"name":"p"},{"name":"p"}]}"#,
                "request:1:92: \"outputs[1].name\" \"p\" is asked for twice"
            ),
            (
                #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}],"#
                    + #""outputs":[{"name":"p","parameters":{"classification":3}}]}"#,
                "request:1:90: \"outputs[0].parameters\" asks for classification, which is not "
                    + "supported here"
            ),
        ])
    func wrongRequests(text: String, expected: String) throws {
        #expect(try message(text) == expected)
    }

    @Test("Reads tensors behind the JSON in the order of the inputs")
    func binary() throws {
        let request = try decode(
            #"""
            {"inputs":[{"name":"a","shape":[2],"datatype":"INT16","parameters":{"binary_data_size":4}},
             {"name":"b","shape":[1],"datatype":"FP64","data":[7]},
             {"name":"c","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":11}},
             {"name":"d","shape":[1],"datatype":"BOOL","parameters":{"binary_data_size":1}}]}
            """#,
            binary: [1, 0, 0xFF, 0xFF] + [3, 0, 0, 0] + Array("one".utf8) + [0, 0, 0, 0] + [1])
        #expect(
            request.inference.inputs.map(\.elements) == [
                .numbers([1, -1]), .numbers([7]), .texts(["one", ""]), .numbers([1]),
            ])
    }

    @Test(
        "Says what is wrong with tensors behind the JSON",
        arguments: [
            ("INT16", 2, 4, [1, 0], "is 2 bytes long, shorter than its binary_data_size of 4"),
            ("INT16", 2, 2, [1, 0], "is 2 bytes long, expected 2 for each of 2 elements"),
            ("BYTES", 1, 5, [9, 0, 0, 0, 65], "ends within an element of 9 bytes"),
            ("BYTES", 2, 5, [1, 0, 0, 0, 65], "holds 1 elements, expected 2"),
            ("BYTES", 1, 5, [1, 0, 0, 0, 0xFF], "holds text that is not UTF-8"),
            ("BOOL", 1, 1, [2], "holds 2.0, which is no BOOL"),
            ("FP32", 1, 4, [0, 0, 0x80, 0x7F], "holds inf, which is no FP32"),
        ] as [(String, Int, Int, [UInt8], String)])
    func wrongBinary(
        datatype: String, count: Int, size: Int, bytes: [UInt8], expected: String
    ) throws {
        let text =
            #"{"inputs":[{"name":"x","shape":[\#(count)],"datatype":"\#(datatype)","#
            + #""parameters":{"binary_data_size":\#(size)}}]}"#
        let error = #expect(throws: BancadaError.self) { try decode(text, binary: bytes) }
        #expect(error?.message == "the binary data of input \"x\" \(expected)")
    }

    @Test("Refuses bytes that belong to no input")
    func surplus() throws {
        let error = #expect(throws: BancadaError.self) {
            try decode(sharesBody(), binary: [1, 2, 3])
        }
        #expect(
            error?.message == "3 bytes follow the tensors of the request, expected none")
    }
}
