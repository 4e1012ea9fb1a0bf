import API
import Testing
import Workbench

/// Models that another process holds, behind every protocol.
@Suite struct RemoteModelTests {
    /// Answers with what it was asked, after having given way to others.
    private struct RemoteEcho: RemoteServedModel {
        let metadata = ModelMetadata(
            name: "remote", version: "1", platform: "test", inputs: [], outputs: [])

        func answer(
            _ request: InferenceRequest
        ) async throws(BancadaError) -> InferenceResponse {
            await Task.yield()
            if request.inputs.first?.name == "wrong" {
                throw BancadaError(.invalidInput, "the model has no input \"wrong\"")
            }
            return InferenceResponse(
                modelName: "remote", modelVersion: "1", id: request.id, outputs: request.inputs)
        }
    }

    @Test(
        "Its answer is waited for, and its refusal is the client's",
        arguments: [("x", 200), ("wrong", 400)])
    func answers(input: String, status: Int) async throws {
        let body =
            #"{"inputs":[{"name":"\#(input)","shape":[1],"datatype":"INT8","data":[7]}]}"#
        let reply = try await serving([RemoteEcho()]) { address in
            try await HTTPClient(address).post(
                "/v2/models/remote/infer", json: Array(body.utf8))
        }
        #expect(reply.status == status)
        #expect(reply.text.contains(status == 200 ? #""data":[7]"# : #"no input \"wrong\""#))
    }

    @Test("Nobody asks it where a request arrives")
    func neverHere() {
        #expect(RemoteEcho().operationsPerRow == .max)
        let error = #expect(throws: BancadaError.self) {
            try RemoteEcho().infer(InferenceRequest(inputs: []))
        }
        #expect(error?.code == .unsupported)
    }
}
