import CComponents
import Synchronization
package import Workbench

/// A component of ours, made for one workspace and one folder of files.
///
/// A new one takes one new file in `BuiltIn/` and no other change: beside the component the file
/// has a function in the section of parts, which adds its type here.
package protocol BuiltInComponent: Component {
    /// Name, version, inputs and outputs.
    static var specification: ComponentSpecification { get }
    /// A component that works with `tools`.
    init(_ tools: ComponentTools)
}

extension BuiltInComponent {
    package var specification: ComponentSpecification { Self.specification }
    /// Built-in components never write to what they are given.
    package var readsSharedInputs: Bool { true }
}

/// The components that are built in.
package enum BuiltInComponents {
    private static let types = Mutex<[any BuiltInComponent.Type]>([])
    /// Done once, before the first look.
    private static let collected: Void = bancada_call_parts()

    /// Adds a component; called for every file with one before the first look at them.
    package static func add(_ type: any BuiltInComponent.Type) {
        types.withLock { $0.append(type) }
    }

    private static var all: [any BuiltInComponent.Type] {
        _ = collected
        return types.withLock { $0 }.sorted { $0.specification.name < $1.specification.name }
    }

    /// What they say of themselves, ordered by name.
    package static var specifications: [ComponentSpecification] {
        all.map { $0.specification }
    }

    /// All of them for one workspace and folder, ordered by name.
    package static func make(_ tools: ComponentTools) -> [any BuiltInComponent] {
        all.map { $0.init(tools) }
    }
}
