/// Names for runs that nobody named, such as `brave-otter-417`.
enum RunName {
    /// A name drawn from `generator`.
    static func invented(using generator: inout some RandomNumberGenerator) -> String {
        let adjective = adjectives[Int.random(in: adjectives.indices, using: &generator)]
        let noun = nouns[Int.random(in: nouns.indices, using: &generator)]
        return "\(adjective)-\(noun)-\(Int.random(in: 0...999, using: &generator))"
    }

    private static let adjectives = [
        "amber", "ancient", "bold", "brave", "bright", "brisk", "calm", "careful", "cheerful",
        "clever", "crisp", "curious", "daring", "deft", "eager", "early", "earnest", "fair",
        "fleet", "fond", "gentle", "glad", "golden", "grand", "handy", "hardy", "honest", "humble",
        "jolly", "keen", "kind", "lively", "loyal", "lucid", "merry", "mild", "modest", "neat",
        "nimble", "noble", "patient", "plucky", "polite", "proud", "quick", "quiet", "rapid",
        "ready", "robust", "serene", "sharp", "silent", "silver", "sincere", "smooth", "steady",
        "stout", "sunny", "swift", "tidy", "vivid", "warm", "wise", "witty",
    ]

    private static let nouns = [
        "anvil", "auk", "badger", "beaver", "bench", "birch", "bison", "chisel", "cedar", "crane",
        "curlew", "dipper", "dolphin", "eagle", "egret", "elm", "falcon", "fern", "finch", "fox",
        "gannet", "gecko", "hammer", "hare", "hawk", "heron", "hazel", "ibis", "jay", "kestrel",
        "lathe", "lark", "lemur", "linnet", "lynx", "maple", "marten", "mole", "newt", "oak",
        "osprey", "otter", "owl", "panda", "pine", "plover", "puffin", "quail", "raven", "robin",
        "rowan", "sable", "seal", "shrew", "sparrow", "stork", "swan", "tern", "thrush", "vise",
        "walrus", "willow", "wren", "yew",
    ]
}
