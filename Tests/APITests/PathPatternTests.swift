import API
import Testing

@Suite("Patterns of paths")
struct PathPatternTests {
    @Test(
        "Finds the parameters of the paths that fit, and no others",
        arguments: [
            ("/v2/models", "/v2/models", []),
            ("/v2/models", "/v2/models/", []),
            ("/v2/models", "/v2//models", []),
            ("/v2/models", "/v2", nil),
            ("/v2/models", "/v2/models/a", nil),
            ("/v2/models", "/v2/Models", nil),
            ("/v2/models/{model}", "/v2/models/a%2Fb", ["model=a%2Fb"]),
            ("/v2/models/{model}", "/v2/models/", nil),
            ("/m/{m}/versions/{v}", "/m/a/versions/3", ["m=a", "v=3"]),
            ("/m/{m}/versions/{v}", "/m/a/tags/3", nil),
            ("/m/{m}:predict", "/m/a:b:predict", ["m=a:b"]),
            ("/m/{m}:predict", "/m/:predict", nil),
            ("/m/{m}:predict", "/m/a:explain", nil),
            ("/files/**", "/files/a", []),
            ("/files/**", "/files/a/b/c", []),
            ("/files/**", "/files", nil),
            ("/files/**", "/files/", nil),
            ("/files/**", "/other/a", nil),
        ] as [(String, String, [String]?)])
    func values(pattern: String, path: String, expected: [String]?) {
        let found = PathPattern(pattern).values(in: PathPattern.parts(of: path))
        #expect(found?.map { "\($0.name)=\($0.value)" } == expected)
    }

    @Test("Knows which of two paths says more, and which has no parameters")
    func shape() {
        #expect(PathPattern("/v2/models").isFixed)
        #expect(!PathPattern("/v2/{model}").isFixed)
        #expect(!PathPattern("/files/**").isFixed)
        #expect(PathPattern("/m/{m}:predict").suffixLength > PathPattern("/m/{m}").suffixLength)
    }
}
