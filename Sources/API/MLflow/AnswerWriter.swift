import Documents
import Hummingbird
import NIOCore
import Workbench

/// Writes one JSON object piece by piece, without a tree of it.
///
/// As protobuf's JSON has it: empty lists are left out, NaN is a string, integers are numbers.
struct AnswerWriter {
    /// The bytes so far; the closing brace is written by `response`.
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var needsComma = false

    /// An object without members.
    init() {}

    /// The object as an answer.
    var response: Response {
        var buffer = ByteBufferAllocator().buffer(capacity: bytes.count + 1)
        buffer.writeBytes(bytes)
        buffer.writeInteger(UInt8(ascii: "}"))
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: buffer))
    }

    // MARK: - Members

    /// Writes a text.
    mutating func member(_ name: String, _ text: String) {
        begin(name)
        append(text)
    }

    /// Writes a text where there is one.
    mutating func member(_ name: String, _ text: String?) {
        if let text { member(name, text) }
    }

    /// Writes an integer.
    mutating func member(_ name: String, _ number: Int64) {
        begin(name)
        append(number)
    }

    /// Writes a moment, where there is one.
    mutating func member(_ name: String, _ time: Timestamp?) {
        if let time { member(name, time.milliseconds) }
    }

    /// Writes a number.
    mutating func member(_ name: String, _ number: Double) {
        begin(name)
        JSONWriter.append(number, to: &bytes)
    }

    /// Writes true or false.
    mutating func member(_ name: String, _ flag: Bool) {
        begin(name)
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    /// Writes an object.
    mutating func object(_ name: String, _ members: (inout AnswerWriter) -> Void) {
        begin(name)
        braces(members)
    }

    /// Writes a list of objects; nothing where it is empty.
    mutating func objects<Items: Collection>(
        _ name: String, _ items: Items, _ members: (inout AnswerWriter, Items.Element) -> Void
    ) {
        if items.isEmpty { return }
        begin(name)
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        for item in items {
            separate()
            braces { members(&$0, item) }
        }
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes a list of texts; nothing where it is empty.
    mutating func texts(_ name: String, _ texts: [String]) {
        list(name, texts) { $0.append($1) }
    }

    /// Writes a list whose items `item` writes whole; nothing where it is empty.
    mutating func list<Items: Collection>(
        _ name: String, _ items: Items, _ item: (inout AnswerWriter, Items.Element) -> Void
    ) {
        if items.isEmpty { return }
        begin(name)
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in items {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            item(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes where the listing goes on, where it does.
    mutating func nextPage(_ token: PageToken?) {
        if let token { member("next_page_token", token.text) }
    }

    // MARK: - Parts

    /// Makes room for more, where a great deal is to come.
    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(bytes.count + count)
    }

    /// The bytes so far, which are forgotten: for answers that are sent in pieces.
    mutating func take() -> ByteBuffer {
        defer { bytes.removeAll(keepingCapacity: true) }
        return ByteBuffer(bytes: bytes)
    }

    /// Appends JSON text that is known to be right.
    mutating func raw(_ text: some Sequence<UInt8>) {
        bytes.append(contentsOf: text)
    }

    /// Appends an integer.
    mutating func append(_ number: Int64) {
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Appends a number.
    mutating func append(_ number: Double) {
        JSONWriter.append(number, to: &bytes)
    }

    /// Appends a text in quotes.
    mutating func append(_ text: String) {
        let isPlain = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        guard isPlain else {
            JSONWriter.append(text, to: &bytes)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func begin(_ name: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func braces(_ members: (inout AnswerWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        members(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }
}
