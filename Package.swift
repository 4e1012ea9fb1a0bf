// swift-tools-version: 6.2

import PackageDescription

/// The settings of every Swift target: Swift 6 concurrency, explicit imports, warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Numeric targets also get AVX2 and FMA (x86-64-v3); `bancada` checks the processor at start.
#if arch(x86_64)
    let numeric = strict + [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
#else
    let numeric = strict
#endif

/// On Linux the executable carries Swift's runtime and Foundation, so it runs without a toolchain.
/// (At link time only: `--static-swift-stdlib` for the whole build would break the tests.)
#if os(Linux)
    let standalone: [LinkerSetting] = [
        .unsafeFlags(["-static-stdlib"]),
        .linkedLibrary("CoreFoundation"), .linkedLibrary("_FoundationICU"),
        .linkedLibrary("_FoundationCShims"), .linkedLibrary("_FoundationCollections"),
        .linkedLibrary("FoundationInternationalization"), .linkedLibrary("FoundationEssentials"),
    ]
#else
    let standalone: [LinkerSetting] = []
#endif

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")

let package = Package(
    name: "bancada",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "bancada", targets: ["bancada"])],
    dependencies: [
        // Flags, help, completion scripts.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // SHA-256 of artifacts.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // Header and method names of Hummingbird's requests.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        // The one log format of servers.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // The event loops under the HTTP server, its fast path and our small client.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // SQLite.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // YAML as a tree with places.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // The HTTP server and router.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        // Graceful stop on signals.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "Workbench", swiftSettings: strict),
        .target(name: "Documents", dependencies: ["Workbench", yams], swiftSettings: strict),
        .systemLibrary(
            name: "COpenBLAS", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .target(
            name: "LinearAlgebra", dependencies: ["Workbench", "COpenBLAS"],
            swiftSettings: numeric),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(
            name: "Tabular", dependencies: ["Workbench", "Documents", "LinearAlgebra", "CZlib"],
            swiftSettings: numeric),
        .target(
            name: "ModelFormats", dependencies: ["Workbench", "Documents"], swiftSettings: strict),
        .target(
            name: "Training",
            dependencies: ["Workbench", "Documents", "LinearAlgebra", "Tabular", "ModelFormats"],
            swiftSettings: numeric),
        .target(
            name: "Tuning", dependencies: ["Workbench", "Documents", "LinearAlgebra"],
            swiftSettings: numeric),
        .target(
            name: "Pipelines", dependencies: ["Workbench", "Documents"], swiftSettings: strict),
        .target(name: "CProcess"),
        .target(
            name: "Processes", dependencies: ["Workbench", "CProcess"], swiftSettings: strict),
        .target(
            name: "Plugins", dependencies: ["Workbench", "Documents", "Processes"],
            swiftSettings: strict),
        .target(
            name: "Executors",
            dependencies: ["Workbench", "Documents", "Pipelines", "Processes", "Plugins"],
            swiftSettings: strict),
        .target(
            name: "Inference",
            dependencies: [
                "Workbench", "Documents", "LinearAlgebra", "Tabular", "ModelFormats", "Training",
            ],
            swiftSettings: numeric),
        .target(
            name: "Store", dependencies: ["Workbench", grdb, grdbSQLite, crypto],
            exclude: ["README.md"],
            swiftSettings: strict),
        .target(
            name: "API",
            dependencies: [
                "Workbench", "Documents", "Inference", hummingbird, httpTypes, lifecycle, logging,
                nioCore, nioHTTP1, nioPosix,
            ],
            exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "Components",
            dependencies: [
                "Workbench", "Documents", "LinearAlgebra", "Tabular", "ModelFormats", "Training",
                "Tuning", "Pipelines", "Processes", "Plugins", "Executors", "Inference",
                "CComponents",
            ],
            exclude: ["README.md"], swiftSettings: strict),
        .target(name: "CComponents"),
        .target(name: "CAssets"),
        .target(
            name: "CLI",
            dependencies: [
                "Workbench", "Documents", "LinearAlgebra", "Tabular", "ModelFormats", "Training",
                "Tuning", "Pipelines", "Processes", "Plugins", "Executors", "Inference", "Store",
                "API", "Components", "CAssets", argumentParser, lifecycle, logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "StoreBenchmark", dependencies: ["Workbench", "Store"],
            path: "Tests/Benchmarks/StoreBenchmark", swiftSettings: strict),
        .executableTarget(
            name: "ProcessBenchmark", dependencies: ["Workbench", "Processes"],
            path: "Tests/Benchmarks/ProcessBenchmark", swiftSettings: strict),
        .executableTarget(
            name: "TuningBenchmark", dependencies: ["Workbench", "Tuning"],
            path: "Tests/Benchmarks/TuningBenchmark", swiftSettings: strict),
        .executableTarget(
            name: "bancada", dependencies: ["CLI"], swiftSettings: strict,
            linkerSettings: standalone),

        // MARK: - Tests

        .testTarget(
            name: "WorkbenchTests", dependencies: ["Workbench"], exclude: ["Reference"],
            swiftSettings: strict),
        .testTarget(
            name: "DocumentsTests", dependencies: ["Workbench", "Documents"],
            swiftSettings: strict),
        .testTarget(
            name: "PipelinesTests", dependencies: ["Workbench", "Documents", "Pipelines"],
            swiftSettings: strict),
        .testTarget(
            name: "ProcessesTests", dependencies: ["Workbench", "Processes"],
            swiftSettings: strict),
        .testTarget(
            name: "PluginsTests",
            dependencies: ["Workbench", "Documents", "Processes", "Plugins"],
            exclude: ["Fixtures", "Messages", "Python"], swiftSettings: strict),
        .testTarget(
            name: "ExecutorsTests",
            dependencies: ["Workbench", "Documents", "Pipelines", "Processes", "Executors"],
            swiftSettings: strict),
        .testTarget(
            name: "ComponentsTests",
            dependencies: [
                "Workbench", "Documents", "LinearAlgebra", "Tabular", "ModelFormats", "Training",
                "Tuning", "Pipelines", "Store", "Components",
            ], swiftSettings: strict),
        .testTarget(
            name: "LinearAlgebraTests", dependencies: ["Workbench", "LinearAlgebra"],
            exclude: ["Reference"], swiftSettings: strict),
        .testTarget(
            name: "TabularTests",
            dependencies: ["Workbench", "Documents", "LinearAlgebra", "Tabular"],
            exclude: ["Reference"], swiftSettings: strict),
        .testTarget(
            name: "ModelFormatsTests", dependencies: ["Workbench", "Documents", "ModelFormats"],
            swiftSettings: strict),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Workbench", "Documents", "LinearAlgebra", "Tabular", "ModelFormats", "Training",
            ], exclude: ["Reference"], swiftSettings: strict),
        .testTarget(
            name: "TuningTests",
            dependencies: ["Workbench", "Documents", "LinearAlgebra", "Tuning"],
            exclude: ["Reference"], swiftSettings: strict),
        .testTarget(
            name: "InferenceTests",
            dependencies: [
                "Workbench", "Documents", "LinearAlgebra", "Tabular", "ModelFormats", "Training",
                "Inference",
            ], swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["Workbench", "Store", grdb, crypto],
            swiftSettings: strict),
        .testTarget(
            name: "APITests",
            dependencies: [
                "Workbench", "Documents", "Tabular", "Training", "Inference", "API", hummingbird,
                httpTypes, lifecycle, logging, nioCore, nioHTTP1, nioPosix,
            ], exclude: ["Reference"], swiftSettings: strict),
        .testTarget(
            name: "CLITests", dependencies: ["Workbench", "Documents", "CLI"], exclude: ["Golden"],
            swiftSettings: strict),
        // Runs the built executable; not a dependency, whose static link would reach the test bundle.
        .testTarget(
            name: "EndToEndTests", exclude: ["Fixtures", "Scripts"], swiftSettings: strict),
    ],
    cLanguageStandard: .c2x
)
