import API
import Testing
import Workbench

@Suite("Answers of the Open Inference Protocol")
struct V2ResponseTests {
    private func json(_ outputs: [Tensor], id: String? = nil) -> String {
        let response = InferenceResponse(
            modelName: "pen\"guins", modelVersion: "3", id: id, outputs: outputs)
        return String(decoding: V2Response.json(response), as: UTF8.self)
    }

    @Test("Writes name, version, id and outputs")
    func whole() {
        let outputs = [
            Tensor(name: "output-0", type: .bytes, shape: [2], elements: .texts(["Adélie", nil])),
            Tensor(
                name: "probabilities", type: .fp64, shape: [2, 1], elements: .numbers([0.5, 1])),
        ]
        #expect(
            json(outputs, id: "7\n")
                == #"{"model_name":"pen\"guins","model_version":"3","id":"7\n","outputs":["#
                + #"{"name":"output-0","datatype":"BYTES","shape":[2],"data":["Adélie",null]},"#
                + #"{"name":"probabilities","datatype":"FP64","shape":[2,1],"data":[0.5,1.0]}]}"#)
    }

    @Test(
        "Writes numbers as their type has them",
        arguments: [
            (
                TensorType.fp64, [0.1, 1e300, -0.0, .leastNonzeroMagnitude],
                "0.1,1e+300,-0.0,5e-324"
            ),
            (.fp64, [.nan, .infinity, -.infinity], "null,null,null"),
            (.fp32, [Double(Float(0.1)), 16_777_216], "0.1,16777216.0"),
            (.int64, [3, -12, 0x1p62], "3,-12,4611686018427387904"), (.uint8, [255], "255"),
            (.bool, [1, 0, .nan], "true,false,null"),
        ] as [(TensorType, [Double], String)])
    func numbers(type: TensorType, values: [Double], text: String) {
        let tensor = Tensor(
            name: "y", type: type, shape: [values.count], elements: .numbers(values))
        #expect(json([tensor]).contains(#""data":[\#(text)]}"#))
    }
}
