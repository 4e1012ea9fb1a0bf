import Workbench

/// Charts as JSON.
enum FigureDocument {
    /// `{"charts":[{"metric","x","log","series":[{"run_id","name","points":[[x,y],..]}]}],"output"}`;
    /// a point that cannot be drawn has null.
    static func json(_ figure: Figure, path: String?) -> JSON {
        [
            "charts": .array(figure.charts.map(json)),
            "output": JSON(path),
        ]
    }

    private static func json(_ chart: Chart) -> JSON {
        let series = chart.series.map { series -> JSON in
            let points = series.points.map { point -> JSON in
                [.number(point.x), point.y.isFinite ? .number(point.y) : .null]
            }
            return [
                "run_id": .string(series.id), "name": .string(series.name),
                "points": .array(points),
            ]
        }
        return [
            "metric": .string(chart.title), "x": .string(chart.xTitle),
            "log": .bool(chart.isLogarithmic), "series": .array(series),
        ]
    }
}
