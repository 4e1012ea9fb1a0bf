import Foundation
import ModelFormats
import Testing
import Workbench

@Suite struct FileBytesTests {
    private let folder = NSTemporaryDirectory() + "bancada-files-" + UUID().uuidString

    @Test("Reads back what it wrote, in place of what was there")
    func roundTrip() throws {
        try FileBytes.makeFolder(folder + "/a/b")
        try FileBytes.makeFolder(folder + "/a/b")
        let path = folder + "/a/b/file"
        for count in [0, 1, 100_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            try FileBytes.write(bytes, to: path)
            #expect(try FileBytes.read(path) == bytes)
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder + "/a/b")
        #expect(left == ["file"])
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("Missing files, folders and files in the way are told apart")
    func errors() throws {
        try FileBytes.makeFolder(folder)
        func code(_ body: () throws(BancadaError) -> Void) -> BancadaError.Code? {
            do throws(BancadaError) {
                try body()
                return nil
            } catch {
                return error.code
            }
        }
        #expect(
            code { () throws(BancadaError) in _ = try FileBytes.read(folder + "/no") } == .notFound)
        #expect(code { () throws(BancadaError) in _ = try FileBytes.read(folder) } == .invalidInput)
        #expect(
            code { () throws(BancadaError) in _ = try FileBytes.read("/dev/null") } == .invalidInput
        )
        #expect(
            code { () throws(BancadaError) in try FileBytes.write([1], to: folder + "/no/x") }
                == .notFound)
        #expect(
            code { () throws(BancadaError) in try FileBytes.write([1], to: folder) }
                == .invalidInput)
        try FileBytes.write([1], to: folder + "/file")
        #expect(
            code { () throws(BancadaError) in try FileBytes.makeFolder(folder + "/file/x") }
                == .conflict)
        try FileManager.default.removeItem(atPath: folder)
    }
}
