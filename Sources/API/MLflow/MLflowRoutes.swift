import HTTPTypes
import Hummingbird
import Workbench

/// All routes of MLflow's REST protocol over the stores of one workspace.
struct MLflowRoutes: Sendable {
    let stores: TrackingStores
    let limits: ServingLimits
    /// The version of this program.
    let version: String

    /// Adds the routes.
    func add(to table: RouteTable) {
        let locations = ArtifactLocations(stores.experiments)
        let mlflow = MLflowTable(table: table, bodyLimit: limits.trackingBodyBytes)
        ExperimentRoutes(stores: stores).add(to: mlflow)
        RunRoutes(stores: stores, locations: locations).add(to: mlflow)
        LoggingRoutes(stores: stores, bodyLimit: limits.trackingBodyBytes).add(to: mlflow)
        HistoryRoutes(stores: stores).add(to: mlflow)
        ArtifactRoutes(
            stores: stores, locations: locations, uploadLimit: Int64(limits.uploadBytes)
        ).add(to: mlflow)
        RegisteredModelRoutes(stores: stores).add(to: mlflow)
        ModelVersionRoutes(
            stores: stores, source: ModelSource(stores: stores, locations: locations)
        ).add(to: mlflow)
        LoggedModelRoutes(stores: stores, locations: locations).add(to: mlflow)
        if let traces = stores.traces {
            TraceRoutes(
                traces: traces, locations: locations, bodyLimit: limits.trackingBodyBytes
            ).add(to: table)
            TelemetryRoutes(traces: traces, bodyLimit: limits.trackingBodyBytes).add(to: table)
        }
        for root in MLflowProtocol.newRoots {
            table.add("\(root)/mlflow/server-info", [.get: { _, _ in serverInfo() }])
        }
    }

    /// What clients ask before they move files: nothing goes in parts or past this server.
    private func serverInfo() -> Response {
        var answer = AnswerWriter()
        answer.member("store_type", "SqlStore")
        answer.member("workspaces_enabled", false)
        answer.member("trace_archival_enabled", false)
        answer.member("multipart_uploads_enabled", false)
        answer.member("multipart_downloads_enabled", false)
        answer.member("presigned_upload_run_id_supported", false)
        answer.member("presigned_upload_model_id_supported", false)
        answer.member("server", "bancada")
        answer.member("server_version", version)
        return answer.response
    }
}
