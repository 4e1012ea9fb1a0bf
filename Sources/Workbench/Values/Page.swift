/// One page of a listing and the key that continues it.
package struct Page<Element: Sendable>: Sendable {
    /// The rows of this page, in the listing's order.
    package let items: [Element]
    /// What to pass to get the next page; nil on the last one.
    package let next: PageToken?

    /// A page of `items` that continues at `next`.
    package init(items: [Element], next: PageToken?) {
        self.items = items
        self.next = next
    }
}

/// Where a listing continues: opaque text that only the store that made it can read.
package struct PageToken: Sendable, Hashable {
    /// The opaque text.
    package let text: String

    /// The token that a client sent back.
    package init(text: String) {
        self.text = text
    }
}
