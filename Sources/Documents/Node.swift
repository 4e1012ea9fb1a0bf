package import Workbench

/// A place in a text: both count from 1, columns in bytes.
package struct SourceLocation: Sendable, Hashable {
    /// The line.
    package let line: Int
    /// The byte in the line.
    package let column: Int

    /// A place in a text.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// A value of a document that was read, with the place where it stands.
package struct Node: Sendable {
    /// The kinds of value that documents have.
    package enum Value: Sendable {
        case null
        case bool(Bool)
        /// A number without fraction or exponent that fits.
        case integer(Int64)
        case number(Double)
        case string(String)
        case array([Node])
        case object([Member])
    }

    /// One member of an object.
    package struct Member: Sendable {
        /// The member's name; unique within its object.
        package let name: String
        /// Where the name stands.
        package let location: SourceLocation
        /// The member's value.
        package let value: Node

        /// A member that was read at `location`.
        package init(name: String, location: SourceLocation, value: Node) {
            self.name = name
            self.location = location
            self.value = value
        }
    }

    /// Where the characters of a text stand.
    package struct TextPlace: Sendable, Equatable {
        /// The first character, behind a quote or at the first line of a block.
        package let start: SourceLocation
        /// The bytes before the text in its lines after the first.
        package let indent: Int

        /// A text that is written as it is.
        package init(start: SourceLocation, indent: Int = 0) {
            self.start = start
            self.indent = indent
        }
    }

    /// The value.
    package let value: Value
    /// Where it stands.
    package let location: SourceLocation
    /// Where the characters of a text stand; nil where they are not written as they are, but with
    /// escapes or folded lines.
    package let text: TextPlace?

    /// A value that was read at `location`.
    package init(_ value: Value, at location: SourceLocation, text: TextPlace? = nil) {
        self.value = value
        self.location = location
        self.text = text
    }

    /// What kind of value it is, in words for messages.
    package var kind: String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The member `name` of an object; nil when this is no object or has no such member.
    package subscript(name: String) -> Node? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text; nil when this is no string.
    package var string: String? {
        guard case .string(let text) = value else { return nil }
        return text
    }

    /// The number, also of an integer; nil when this is neither.
    package var double: Double? {
        switch value {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The same value without places.
    package var json: JSON {
        switch value {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .string(let value): .string(value)
        case .array(let items): .array(items.map(\.json))
        case .object(let members): .object(members.map { .init($0.name, $0.value.json) })
        }
    }
}
