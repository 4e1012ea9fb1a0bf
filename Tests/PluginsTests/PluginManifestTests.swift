import Plugins
import Testing
import Workbench

@Suite struct PluginManifestTests {
    private static let text = """
        name: demo
        version: 1.0
        protocol: 1
        command: [python3, main.py]
        requirements: requirements.txt
        provides:
          trainers:
            - name: demo.fit
              tasks: [classification]
              parameters:
                C: {type: float, default: 1, low: 1.0e-4, high: 1.0e+4, log: true}
                depth: {type: int, low: 1, high: 9}
                kind: {type: categorical, default: a, choices: [a, b]}
                new: {type: bool, default: false}
          runtimes: [{format: demo, files: ["*.demo"]}]
          components:
            - name: demo.page
              inputs: {table: {type: Dataset}, rows: {type: int, default: 5}}
              outputs: {page: {type: HTML}}
        """

    private func parse(_ text: String) throws -> PluginManifest {
        try PluginManifest(parsing: Array(text.utf8), document: "plugin.yaml", folder: "/p")
    }

    @Test("Reads names, settings with bounds and ports")
    func reads() throws {
        let manifest = try parse(Self.text)
        #expect(manifest.name == "demo")
        #expect(manifest.version == "1.0")
        #expect(manifest.requirements == "requirements.txt")
        let trainer = try #require(manifest.trainers.first)
        #expect(trainer.tasks == ["classification"])
        #expect(trainer.parameters.map(\.name) == ["C", "depth", "kind", "new"])
        #expect(
            trainer.parameters[0].domain
                == .float(low: 1e-4, high: 1e4, scale: .log, step: nil))
        #expect(trainer.parameters[1].domain == .int(low: 1, high: 9, log: false, step: 1))
        #expect(trainer.parameters[3].domain == .categorical([false, true]))
        let component = try #require(manifest.components.first)
        #expect(component.version == "1.0")
        #expect(component.input("rows")?.defaultValue == 5)
        #expect(component.output("page")?.type == .artifact(.html))
    }

    @Test(
        "Refuses with the place and the nearest key",
        arguments: [
            ("name: demo", "name: Demo", "plugin.yaml:1:1: \"name\" is \"Demo\""),
            ("protocol: 1", "protocol: 2", "plugin.yaml:3:1: \"protocol\" is 2"),
            ("command:", "comand:", "plugin.yaml:4:1: unknown key \"comand\""),
            ("[python3, main.py]", "[]", "plugin.yaml:4:1: \"command\" must name a program"),
            ("requirements.txt", "../x.txt", "expected a file inside the plugin's folder"),
            ("trainers:", "trainer:", "unknown key \"provides.trainer\""),
            ("type: Dataset", "type: Datset", "which is no type of parameter or artifact"),
            ("type: float", "type: flaot", "is \"flaot\", expected one of"),
            ("default: 1,", "default: 0,", "is 0, expected a number from 0.0001 to 10000.0"),
            ("default: 5", "default: five", "\"provides.components[0].inputs.rows.default\""),
            ("low: 1, high: 9", "low: 9, high: 1", "is above \"high\""),
            ("low: 1.0e-4", "low: 0", "must be above 0 where \"log\" is true"),
            ("tasks: [classification]", "tasks: [ranking]", "names \"ranking\""),
            ("\"*.demo\"", "\"a/*.demo\"", "must list patterns of file names"),
            ("demo.page", "demo page", "expected small letters"),
        ])
    func refuses(old: String, new: String, message: String) {
        let error = #expect(throws: BancadaError.self) {
            try parse(Self.text.replacing(old, with: new, maxReplacements: 1))
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("A typing error is answered with the nearest word")
    func nearest() {
        let error = #expect(throws: BancadaError.self) {
            try parse(
                Self.text.replacing("comand", with: "x").replacing("trainers", with: "trainrs"))
        }
        #expect(error?.hint == "write \"trainers\"")
    }

    @Test("Completes settings by defaults, keeps their order, refuses the rest")
    func resolves() throws {
        let declarations = try parse(Self.text).trainers[0].parameters
        let resolved = try ParameterDeclaration.resolve(
            [.init("new", true), .init("C", 2)], by: declarations, of: "trainer \"demo.fit\"")
        #expect(resolved == [.init("C", 2.0), .init("kind", "a"), .init("new", true)])
        for (given, message) in [
            (JSON.Member("c", 1), "has no parameter \"c\""),
            (JSON.Member("depth", 2.5), "is 2.5, expected an integer from 1 to 9"),
            (JSON.Member("depth", 10), "is 10, expected an integer from 1 to 9"),
            (JSON.Member("kind", "c"), "expected one of \"a\", \"b\""),
        ] {
            let error = #expect(throws: BancadaError.self) {
                try ParameterDeclaration.resolve(
                    [given], by: declarations, of: "trainer \"demo.fit\"")
            }
            #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        }
    }
}
