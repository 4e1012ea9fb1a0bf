import Pipelines
import Testing

@Suite struct RetryPolicyTests {
    @Test("The pause doubles with each attempt, up to its limit")
    func pauses() {
        let policy = RetryPolicy(
            limit: 5, backoff: .seconds(2), maximumBackoff: .seconds(7))
        #expect(
            (2...5).map { policy.pause(before: $0) } == [
                .seconds(2), .seconds(4), .seconds(7), .seconds(7),
            ])
    }
}
