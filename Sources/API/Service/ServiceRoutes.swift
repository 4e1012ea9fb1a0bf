import HTTPTypes
import Hummingbird
import Workbench

/// What supervisors and Prometheus ask: `/health`, `/healthz`, `/version`, `/metrics`; and what a
/// person reads who follows a link that MLflow's client prints: `/`.
struct ServiceRoutes: Sendable {
    let metrics: ServerMetrics
    let version: String
    let started: Timestamp
    /// Whether the tracking protocol is served.
    let hasTracking: Bool
    /// The counts of writes of the workspace, where there is one.
    let writeCounts: (@Sendable () -> TrackingStores.WriteCounts)?

    /// Adds the routes.
    func add(to table: RouteTable) {
        for path in ["/health", "/healthz"] {
            table.add(path, [.get: { _, _ in .text("OK") }])
        }
        // MLflow's clients turn features on and off by the bare version that they read here, so a
        // server of theirs answers that of the protocol; ours is in /v2 and in the server's info.
        let answered = hasTracking ? MLflowProtocol.version : version
        table.add("/version", [.get: { _, _ in .text(answered) }])
        table.add("/metrics", [.get: { _, _ in page() }])
        let welcome = welcome
        table.add("/", [.get: { _, _ in .text(welcome) }])
    }

    private var welcome: String {
        let tracking = """
              bancada experiments list
              bancada runs list
              bancada runs show RUN
              bancada runs plot RUN --metric NAME

            """
        return """
            bancada \(version)

            This server answers programs and has no pages. What it keeps is shown by

            \(hasTracking ? tracking : "")  bancada models list

            For programs: /v2 and /v1/models for predictions, /metrics for Prometheus\
            \(hasTracking ? ", and this address as MLFLOW_TRACKING_URI" : "").

            """
    }

    private func page() -> Response {
        .text(
            PrometheusText.page(
                metrics.snapshot, process: .current(), started: started, version: version,
                writes: writeCounts?()),
            contentType: PrometheusText.contentType)
    }
}
