import Foundation
import Plugins
import Testing
import Workbench

@Suite struct CatalogTests {
    private func write(_ yaml: String, to folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: folder + "/plugin.yaml"))
    }

    private func yaml(_ name: String, component: String) -> String {
        """
        name: \(name)
        version: 0.1.0
        protocol: 1
        command: [python3, main.py]
        provides: {components: [{name: \(component)}]}
        """
    }

    @Test("The first of two with one name wins, broken ones hide nobody, and both are said")
    func order() async throws {
        try await Fixture.withFolder { folder in
            try write(yaml("a", component: "a.x"), to: folder + "/one/a")
            try write(yaml("broken", component: "Bad Name"), to: folder + "/one/broken")
            try write(yaml("c", component: "a.x"), to: folder + "/one/c")
            try write(yaml("a", component: "a.y"), to: folder + "/two/a")
            try write(yaml("own", component: "own.z"), to: folder + "/own")
            let catalog = PluginCatalog(searching: [
                .plugin(folder + "/own"), .folder(folder + "/one"),
                .folder(folder + "/missing"), .folder(folder + "/two"),
            ])
            #expect(catalog.plugins.map(\.name) == ["own", "a", "c"])
            #expect(catalog.component("a.x")?.plugin.name == "a")
            #expect(catalog.component("a.y") == nil)
            #expect(catalog.remarks.map(\.isFailure) == [true, false, false])
            #expect(catalog.remarks[0].message.contains("one/broken/plugin.yaml:5:"))
            #expect(catalog.remarks[1].message.contains("component \"a.x\" of plugin \"c\""))
            #expect(catalog.remarks[2].message.contains("plugin \"a\" in \(folder)/two/a"))
            let error = #expect(throws: BancadaError.self) { try catalog.plugin(named: "owm") }
            #expect(error?.hint == "write \"own\"")
            let broken = #expect(throws: BancadaError.self) {
                try catalog.plugin(named: "broken")
            }
            #expect(broken?.message.contains("cannot be used") == true)
        }
    }

    @Test("The shipped plugins can be read")
    func shipped() {
        let catalog = PluginCatalog(searching: [.folder(Fixture.root + "/Plugins")])
        #expect(catalog.plugins.map(\.name) == ["sklearn", "summary"])
        #expect(catalog.remarks.isEmpty)
        #expect(catalog.trainer("sklearn.svc")?.plugin.name == "sklearn")
        #expect(catalog.runtimes.map(\.declaration.files) == [["*.joblib", "*.pkl", "*.skops"]])
    }

    @Test("A folder without plugin.yaml is no plugin")
    func none() {
        let error = #expect(throws: BancadaError.self) {
            try PluginCatalog.manifest(in: "/nowhere/at/all")
        }
        #expect(error?.code == .notFound)
    }
}
