import Testing
import Workbench

@Suite struct ModelURITests {
    @Test(
        "Reads every form that the command line accepts",
        arguments: [
            ("models:/penguins@champion", ModelURI.alias(name: "penguins", alias: "champion")),
            ("models:/a@b/3", .alias(name: "a", alias: "b/3")),
            ("models:/penguins/12", .version(name: "penguins", version: 12)),
            ("models:/penguins/latest", .alias(name: "penguins", alias: "latest")),
            ("models:/penguins/Latest", .alias(name: "penguins", alias: "latest")),
            ("models:/penguins/Production", .stage(name: "penguins", stage: .production)),
            ("models:/penguins/staging", .stage(name: "penguins", stage: .staging)),
            ("models:/m-0123/4", .version(name: "m-0123", version: 4)),
            ("file:out/model", .path("out/model")),
            ("file:///tmp/model", .path("/tmp/model")),
            ("./model", .path("./model")),
        ])
    func parses(text: String, expected: ModelURI) throws {
        #expect(try ModelURI(parsing: text) == expected)
    }

    @Test(
        "Refuses URIs that name no version, alias or run",
        arguments: [
            "", "models:/", "models:/penguins", "models:/penguins/0", "models:/penguins/x",
            "models:/@champion", "models:/penguins@", "runs:/abc/model",
            "runs:/0123456789abcdef0123456789abcdef",
        ])
    func refuses(text: String) {
        #expect(throws: BancadaError.self) { try ModelURI(parsing: text) }
    }

    @Test("Reads the id of a logged model")
    func loggedModel() throws {
        let text = "models:/m-0123456789abcdef0123456789abcdef"
        let id = try #require(LoggedModelID("m-0123456789abcdef0123456789abcdef"))
        #expect(try ModelURI(parsing: text) == .logged(id))
        #expect(ModelURI.logged(id).description == text)
        #expect(try ModelURI(parsing: text + "/1") == .version(name: id.text, version: 1))
    }
}
