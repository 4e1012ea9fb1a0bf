package import Workbench

/// The values of the names that an expression may use.
package struct ExpressionScope {
    private let lookup: ([String]) -> JSON?

    /// A scope that is asked for a name, `["x"]`, or for a member of it, `["tasks", "load"]`, first
    /// for the longer one: what has many members need not be built whole. Nil is unknown.
    package init(_ lookup: @escaping ([String]) -> JSON?) {
        self.lookup = lookup
    }

    /// A scope of these values.
    package init(_ values: [String: JSON]) {
        self.init { path in path.count == 1 ? values[path[0]] : nil }
    }

    subscript(path: [String]) -> JSON? { lookup(path) }
}
