import API
import Testing
import Workbench

@Suite("Requests and answers of the V1 protocol")
struct V1CodecTests {
    private func decode(_ text: String) throws -> [Tensor] {
        try V1Codec.decode(Array(text.utf8)).inputs
    }

    @Test("Takes rows as lists", arguments: ["instances", "inputs"])
    func lists(name: String) throws {
        #expect(
            try decode(#"{"\#(name)":[[1,2.5],[3,4]]}"#) == [
                Tensor(
                    name: "input-0", type: .fp64, shape: [2, 2], elements: .numbers([1, 2.5, 3, 4]))
            ])
    }

    @Test("Takes single cells as rows of one")
    func cells() throws {
        #expect(
            try decode(#"{"instances":[1,2]}"#) == [
                Tensor(name: "input-0", type: .fp64, shape: [2, 1], elements: .numbers([1, 2]))
            ])
    }

    @Test("Takes lists of mixed cells as text, numbers in their shortest form")
    func mixed() throws {
        #expect(
            try decode(#"{"instances":[["Biscoe",39.1,true,null,18]]}"#) == [
                Tensor(
                    name: "input-0", type: .bytes, shape: [1, 5],
                    elements: .texts(["Biscoe", "39.1", "true", nil, "18"]))
            ])
    }

    @Test("Takes rows as objects, a column for each name, missing where a row has none")
    func objects() throws {
        let inputs = try decode(
            #"{"instances":[{"mass":1,"sex":"male"},{"sex":null,"mass":2,"late":"x"}]}"#)
        #expect(
            inputs == [
                Tensor(name: "mass", type: .fp64, shape: [2], elements: .numbers([1, 2])),
                Tensor(name: "sex", type: .bytes, shape: [2], elements: .texts(["male", nil])),
                Tensor(name: "late", type: .bytes, shape: [2], elements: .texts([nil, "x"])),
            ])
    }

    @Test(
        "Says what is wrong with a request",
        arguments: [
            (#"{}"#, "request:1:1: \"instances\" is missing, expected a list of rows"),
            (
                #"{"instances":[]}"#,
                "request:1:2: \"instances\" is empty, expected at least one row"
            ),
            (
                #"{"instance":[[1]]}"#,
                "request:1:2: unknown key \"instance\" (hint: write \"instances\")"
            ),
            (
                #"{"instances":[[1]],"inputs":[[1]]}"#,
                "request:1:20: \"inputs\" is there beside \"instances\", expected one of them"
            ),
            (
                #"{"instances":[[1,2],[3]]}"#,
                "request:1:2: \"instances\" holds 1 cells at [1], expected 2 as at [0]"
            ),
            (
                #"{"instances":[{"a":1},[2]]}"#,
                "request:1:2: \"instances\" holds an array at [1], expected an object as at [0]"
            ),
            (
                #"{"instances":[[1],{"a":1}]}"#,
                "request:1:2: \"instances\" holds an object at [1], not at [0]"
            ),
            (
                #"{"instances":[[1,[2]]]}"#,
                "request:1:2: \"instances\" holds an array at 1:18, expected a string, a number, "
                    + "a boolean or null"
            ),
            (
                #"{"instances":[[1e999]]}"#,
                "request:1:2: \"instances\" holds a number beyond the range of FP64"
            ),
        ])
    func wrong(text: String, expected: String) throws {
        let error = #expect(throws: BancadaError.self) { try decode(text) }
        #expect(error?.code == .invalidInput)
        #expect(error?.description == expected)
    }

    @Test(
        "Writes the first output as predictions",
        arguments: [
            (TensorType.bytes, TensorElements.texts(["a", nil]), #"["a",null]"#),
            (.int64, .numbers([1, 2]), "[1,2]"), (.bool, .numbers([1, 0]), "[true,false]"),
            (.fp64, .numbers([0.5, 2, .nan]), "[0.5,2.0,null]"),
        ])
    func answers(type: TensorType, elements: TensorElements, text: String) {
        let output = Tensor(
            name: "output-0", type: type, shape: [elements.count], elements: elements)
        let other = Tensor(name: "z", type: .fp64, shape: [1], elements: .numbers([9]))
        let response = InferenceResponse(
            modelName: "m", modelVersion: "1", id: nil, outputs: [output, other])
        #expect(
            String(decoding: V1Codec.encode(response), as: UTF8.self)
                == #"{"predictions":\#(text)}"#)
    }
}
