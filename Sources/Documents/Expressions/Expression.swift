package import Workbench

/// An expression of pipelines and studies: the subset of CEL (Common Expression Language) that KFP
/// conditions, `when`, `${{ }}` and study conditions use.
///
/// Literals (integers, doubles, strings in either quotes, `true`, `false`, `null`, lists), names,
/// `a.b`, `a[i]`, `! -`, `* / %`, `+ -`, `< <= > >= == != in`, `&& ||`, `c ? x : y`, and the
/// functions `size`, `int`, `double`, `string`, `min`, `max`, `abs`, `has`, and the methods
/// `contains`, `startsWith`, `endsWith`, `size`, `lower`, `upper`, `trim`. Unlike CEL, numbers of
/// both kinds mix (KFP's values do not keep the kinds apart), and the names of tasks and parameters
/// may hold `-`: `tasks.my-task.out` is a name, `tasks.my-task.out - 1` and `(parameters.n)-1`
/// subtract.
package struct Expression: Sendable {
    /// Its text.
    package let text: String
    /// The place of its first character, and the document, for messages.
    package let place: Place
    let root: ExpressionTree

    /// Where an expression stands.
    package struct Place: Sendable, Equatable {
        /// The document's name; empty where there is none.
        package let document: String
        /// Line and column of the first character.
        package let location: SourceLocation
        /// The bytes before the text in its lines after the first; nil where only the first byte's
        /// place is known, because the text is written with escapes or folded lines.
        package let indent: Int?

        /// A place in a document.
        package init(
            document: String = "", location: SourceLocation = .init(line: 1, column: 1),
            indent: Int? = nil
        ) {
            self.document = document
            self.location = location
            self.indent = indent
        }

        /// The place of a text of a document.
        package init(_ node: Node, document: String) {
            self.init(
                document: document, location: node.text?.start ?? node.location,
                indent: node.text?.indent)
        }

        /// The place of a byte of the text that stands here.
        package func advanced(by offset: Int, in text: String) -> Place {
            guard let indent else { return self }
            let before = text.utf8.prefix(offset)
            let breaks = before.count { $0 == 0x0A }
            guard breaks > 0, let last = before.lastIndex(of: 0x0A) else {
                let column = location.column + before.count
                return Place(
                    document: document, location: .init(line: location.line, column: column),
                    indent: indent)
            }
            let column = indent + before.distance(from: last, to: before.endIndex)
            return Place(
                document: document,
                location: .init(line: location.line + breaks, column: column), indent: indent)
        }
    }

    /// What an expression refers to.
    package struct Reference: Sendable, Equatable {
        /// A name with all the members that are named after it, such as `["tasks", "load",
        /// "table"]`; a constant index is a member too.
        package let path: [String]
        /// Its first byte in the expression's text.
        package let offset: Int
    }

    /// Reads an expression.
    ///
    /// - Throws: `invalidInput` with line and column.
    package init(parsing text: String, at place: Place = Place()) throws(BancadaError) {
        self.text = text
        self.place = place
        do throws(ExpressionFailure) {
            var parser = try ExpressionParser(text)
            root = try parser.parse()
        } catch {
            throw Self.error(error, text, place)
        }
    }

    /// The names that it starts from with all the members that are named after them, such as
    /// `["tasks", "load", "table"]`, in order of appearance; a constant index is a member too.
    package var references: [[String]] { root.references.map(\.path) }

    /// The same with places in the text.
    package var locatedReferences: [Reference] { root.references }

    /// The path that the whole expression is; nil where it computes something.
    package var path: [String]? { root.path }

    /// An error of whoever uses the expression, at a byte of its text.
    package func error(
        _ message: String, at offset: Int = 0, hint: String? = nil
    ) -> BancadaError {
        Self.error(ExpressionFailure(message, at: offset, hint: hint), text, place)
    }

    /// Its value; `scope` gives the values of names.
    ///
    /// - Throws: `invalidInput` for unknown names, and operations that the values do not have.
    package func evaluate(_ scope: ExpressionScope) throws(BancadaError) -> JSON {
        do throws(ExpressionFailure) {
            return try ExpressionEvaluator(scope: scope).value(root)
        } catch {
            throw Self.error(error, text, place)
        }
    }

    /// Its value, which must be true or false.
    ///
    /// - Throws: `invalidInput` also for a value of another kind.
    package func holds(_ scope: ExpressionScope) throws(BancadaError) -> Bool {
        let value = try evaluate(scope)
        guard case .bool(let holds) = value else {
            throw Self.error(
                ExpressionFailure("is \(value.summary), expected true or false", at: 0), text,
                place)
        }
        return holds
    }

    private static func error(
        _ failure: ExpressionFailure, _ text: String, _ place: Place
    ) -> BancadaError {
        let exact = place.advanced(by: failure.offset ?? 0, in: text).location
        let position =
            place.document.isEmpty ? "" : "\(place.document):\(exact.line):\(exact.column): "
        let words =
            text.contains { $0.isNewline }
            ? text.split { $0.isWhitespace }.joined(separator: " ") : text
        let shown = words.count > 80 ? "\(words.prefix(77))..." : words
        return BancadaError(
            .invalidInput, "\(position)expression \"\(shown)\": \(failure.message)",
            hint: failure.hint)
    }
}

extension Expression: Equatable {
    package static func == (left: Expression, right: Expression) -> Bool {
        left.text == right.text
    }
}

/// What is wrong with an expression, at a byte of its text.
struct ExpressionFailure: Error {
    let message: String
    /// Nil until the expression that failed is known.
    let offset: Int?
    let hint: String?

    init(_ message: String, at offset: Int? = nil, hint: String? = nil) {
        self.message = message
        self.offset = offset
        self.hint = hint
    }

    func located(at offset: Int) -> ExpressionFailure {
        ExpressionFailure(message, at: offset, hint: hint)
    }
}
