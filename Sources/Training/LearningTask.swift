/// What a model learns to give.
package enum LearningTask: String, Sendable, CaseIterable {
    /// One of some classes.
    case classification
    /// A number.
    case regression
}
