import HTTPTypes
import Hummingbird
import Workbench

/// What supervisors and Prometheus ask: `/health`, `/healthz`, `/version`, `/metrics`.
struct ServiceRoutes: Sendable {
    let metrics: ServerMetrics
    let version: String
    let started: Timestamp

    /// Adds the routes.
    func add(to table: RouteTable) {
        for path in ["/health", "/healthz"] {
            table.add(path, [.get: { _, _ in .text("OK") }])
        }
        // MLflow's client reads the bare version.
        table.add("/version", [.get: { _, _ in .text(version) }])
        table.add("/metrics", [.get: { _, _ in page() }])
    }

    private func page() -> Response {
        .text(
            PrometheusText.page(
                metrics.snapshot, process: .current(), started: started, version: version),
            contentType: PrometheusText.contentType)
    }
}
