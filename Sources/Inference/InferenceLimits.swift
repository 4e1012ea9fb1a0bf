package import Workbench

/// How much one request may ask for; a request beyond it is refused before any work is done.
package struct InferenceLimits: Sendable, Equatable {
    /// The most rows a request may have.
    package var rows: Int
    /// The most elements all inputs of a request may have together.
    package var elements: Int

    /// Limits; the defaults leave room for a batch of 100,000 rows.
    package init(rows: Int = 100_000, elements: Int = 4_000_000) {
        self.rows = rows
        self.elements = elements
    }

    /// What is too large about `request`, in words for its sender; nil when it is within the
    /// limits.
    package func excess(of request: InferenceRequest) -> String? {
        let rowCount = request.rowCount
        if rowCount > rows {
            return "the request has \(rowCount) rows, more than the \(rows) that are allowed"
        }
        let elementCount = request.inputs.reduce(0) { $0 + $1.elements.count }
        if elementCount > elements {
            return "the request has \(elementCount) elements, more than the \(elements) "
                + "that are allowed"
        }
        return nil
    }
}

extension InferenceRequest {
    /// The rows it asks for: the outermost dimension of its first input.
    package var rowCount: Int { inputs.first?.shape.first ?? 0 }
}
