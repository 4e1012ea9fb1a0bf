import Testing
import Workbench

@Suite struct PercentEncodingTests {
    @Test(
        "Decodes, and refuses what is no escape or leaves it as it is",
        arguments: [
            ("penguins", "penguins", "penguins"), ("a%20b", "a b", "a b"), ("a+b", "a+b", "a+b"),
            ("%C3%A9%2f", "é/", "é/"), ("%", nil, "%"), ("%4", nil, "%4"), ("%zz", nil, "%zz"),
            ("%20%+1%", nil, " %+1%"), ("%ff", nil, nil), ("", "", ""),
        ] as [(String, String?, String?)])
    func decoding(text: String, decoded: String?, kept: String?) {
        #expect(PercentEncoding.decode(text) == decoded)
        #expect(PercentEncoding.decode(text, keepsBroken: true) == kept)
    }

    @Test(
        "Encodes any name as a segment that decodes to it",
        arguments: ["penguins-1.0_~", "a b/é?%"])
    func roundTrip(name: String) {
        let encoded = PercentEncoding.encode(name)
        #expect(PercentEncoding.decode(encoded) == name)
        #expect(encoded.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "/") })
    }
}
