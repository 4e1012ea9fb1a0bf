import Inference
import Testing
import Workbench

@Suite("Limits of one request")
struct InferenceLimitsTests {
    private func request(rows: Int, inputs: Int) -> InferenceRequest {
        InferenceRequest(
            inputs: (0..<inputs).map { index in
                Tensor(
                    name: "x\(index)", type: .fp64, shape: [rows],
                    elements: .numbers([Double](repeating: 0, count: rows)))
            })
    }

    @Test("Takes what is within them and names what is not")
    func excess() {
        let limits = InferenceLimits(rows: 10, elements: 25)
        #expect(limits.excess(of: request(rows: 10, inputs: 2)) == nil)
        #expect(
            limits.excess(of: request(rows: 11, inputs: 1))
                == "the request has 11 rows, more than the 10 that are allowed")
        #expect(
            limits.excess(of: request(rows: 9, inputs: 3))
                == "the request has 27 elements, more than the 25 that are allowed")
        #expect(limits.excess(of: InferenceRequest(inputs: [])) == nil)
    }
}
