import API
import NIOCore
import Testing
import Workbench

@Suite("Small wire formats")
struct WireFormatTests {
    @Test(
        "Writes dates as HTTP has them",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_827_696_999, "Tue, 29 Feb 2000 12:34:56 GMT"),
            (1_700_000_000_000, "Tue, 14 Nov 2023 22:13:20 GMT"),
            (4_107_542_399_000, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400_000, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String)])
    func dates(milliseconds: Int64, text: String) {
        var date = HTTPDate()
        #expect(date.text(at: Timestamp(milliseconds: milliseconds)) == text)
        #expect(date.text(at: Timestamp(milliseconds: milliseconds)) == text)
    }

    @Test("Rounds to half precision, to nearest and ties to even, as NumPy does")
    func half() throws {
        for line in try reference("half.csv") {
            let parts = line.split(separator: ",")
            let value = try #require(Double(parts[0]))
            let bits = try #require(UInt16(parts[1]))
            let text =
                #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP16","#
                + #""parameters":{"binary_data_size":2}}]}"#
            let read = try V2RequestDecoder.decode(
                json: Array(text.utf8),
                binary: ByteBuffer(bytes: [UInt8(bits & 255), UInt8(bits >> 8)]))
            let json =
                #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP16","data":[\#(value)]}]}"#
            let rounded = try V2RequestDecoder.decode(json: Array(json.utf8))
            #expect(read.inference.inputs == rounded.inference.inputs, "\(line)")
        }
    }

    private func reference(_ name: String) throws -> [Substring] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let bytes = try FixtureFile.read("/\(folder)/Reference/\(name)")
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
