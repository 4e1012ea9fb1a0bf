/// Infer requests, most of them damaged.
enum FuzzedRequest {
    private static let seeds = [
        sharesBody(), sharesBody("1,2,3,4,5,6", rows: 2), sharesBody("null,-0.0,1e-7"),
        sharesBody("[1,2,3]"), sharesBody(more: #","id":"42","outputs":[{"name":"output-0"}]"#),
        sharesBody(more: #","parameters":{"binary_data_output":false}"#),
        #"{"inputs":[{"name":"a","shape":[2],"datatype":"BYTES","data":["x","ü\u0041"]}]}"#,
        #"{"id":"","inputs":[{"name":"a","shape":[2,1],"datatype":"BOOL","data":[true,0]},"#
            + #"{"name":"b","shape":[2],"datatype":"INT8","data":[127,-128]}]}"#,
    ]
    private static let fragments = [
        "null", "true", "-", "0", "1e5", "1.5", "123456789012345678901234567890", "[", "]", "{",
        "}", ",", ":", "\"", "\\", "\\u00e9", " ", "\n", "\u{0}", "\"id\":\"x\",",
        "\"datatype\":\"FP32\"", "\"shape\":[3]", "é", "1e999", "-0", "0.1", "[]", "{}",
    ]

    /// A request with none to four random changes.
    static func make(using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(pick(seeds, &generator).utf8)
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let position = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0 where position < bytes.count:
                bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 1 where position < bytes.count: bytes.remove(at: position)
            case 2: bytes.insert(contentsOf: pick(fragments, &generator).utf8, at: position)
            case 3: bytes.removeSubrange(position..<min(bytes.count, position + 5))
            default:
                // A digit becomes another: numbers and shapes change without breaking.
                let digits = bytes.indices.filter { (48...57).contains(bytes[$0]) }
                if let place = digits.randomElement(using: &generator) {
                    bytes[place] = UInt8.random(in: 48...57, using: &generator)
                }
            }
        }
        return bytes
    }

    private static func pick(_ items: [String], _ generator: inout SeededGenerator) -> String {
        items[Int.random(in: 0..<items.count, using: &generator)]
    }
}
