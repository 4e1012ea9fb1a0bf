import Foundation
import Testing

@Suite struct SklearnTests {
    @Test("scikit-learn trains, judges, registers and serves, where it is installed")
    func endToEnd() throws {
        let python = ProcessInfo.processInfo.environment["BANCADA_SKLEARN_PYTHON"] ?? "python3"
        let folder = FileManager.default.temporaryDirectory
        let probe = try Executable.shell(
            "\(python) -c 'import sklearn, sys; print(sys.executable)'", in: folder)
        guard probe.code == 0 else {
            print("skipped: no scikit-learn for \(python)")
            return
        }
        let script = Executable.root.appending(path: "Tests/Interop/sklearn.sh").path
        let path = probe.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
        let outcome = try Executable.shell(
            "bash '\(script)' '\(Executable.path)' '\(path)'", in: folder)
        #expect(outcome.code == 0, "\(outcome.stdout)\n\(outcome.stderr)")
        #expect(outcome.stdout.components(separatedBy: "OK sklearn").count == 5)
    }
}
