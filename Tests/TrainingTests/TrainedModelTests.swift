import Documents
import LinearAlgebra
import Tabular
import Testing
import Training
import Workbench

@Suite struct TrainedModelTests {
    private static let plans: [(plan: TrainingPlan, dropping: [String])] = [
        (plan("kind"), ["value"]), (plan("value"), ["kind"]), (plan("ok"), ["kind"]),
        (plan("value"), ["kind", "colour"]), (plan("kind"), ["colour", "value"]),
        (plan("kind", .mlp), ["value"]), (plan("value", .mlp), ["kind", "colour"]),
        (plan("ok", .mlp), ["kind"]),
    ]

    private static func plan(_ target: String, _ algorithm: Algorithm? = nil) -> TrainingPlan {
        let isNetwork = algorithm == .mlp
        return TrainingPlan(
            target: target, algorithm: algorithm,
            assignments: isNetwork ? ["layers=2", "width=21", "max_iter=5"] : [])
    }

    private func bytes(_ model: TrainedModel) throws -> [[UInt8]] {
        try model.files().map(\.bytes)
    }

    @Test("Same data and seed, same bytes, on any number of threads", arguments: plans)
    func deterministic(plan: TrainingPlan, dropping: [String]) throws {
        let table = try Fixture.mixed(rows: 3000, seed: 2).dropping(dropping)
        let expected = try ModelTrainer.fit(table, plan: plan, context: FitContext(seed: 5))
        for threads in [1, 2, 3] {
            let context = FitContext(seed: 5, parallel: Parallel(threads: threads))
            let model = try ModelTrainer.fit(table, plan: plan, context: context)
            #expect(try bytes(model) == bytes(expected))
            #expect(try model.predict(table, context: context) == expected.predict(table))
        }
    }

    @Test("A row has the same prediction alone, among others and without a table", arguments: plans)
    func paths(plan: TrainingPlan, dropping: [String]) throws {
        let table = try Fixture.mixed(rows: 1500, seed: 3).dropping(dropping)
        let model = try ModelTrainer.fit(table, plan: plan)
        let all = try model.predict(table, context: FitContext(parallel: Parallel(threads: 2)))
        for row in [0, 1, 511, 1023, 1024, 1499] {
            let alone = try model.predict(table.rows([row]))
            #expect(alone.values == [all.values[row]])
            #expect(alone.probabilities?.values == all.probabilities.map { Array($0.row(row)) })
            let columns = model.features.compactMap { table[$0.name]?.rows([row]) }
            #expect(try model.predict(columns: columns, rowCount: 1) == alone)
        }
        guard model.encoder.isNumeric else { return }
        var numbers: [Double] = []
        for row in 0..<table.rowCount {
            for feature in model.features {
                guard case .numbers(let values)? = table[feature.name]?.values else { continue }
                numbers.append(values[row])
            }
        }
        #expect(try model.predict(numericRows: numbers, rowCount: table.rowCount) == all)
    }

    @Test("Encoding, coefficients and probabilities are those of scikit-learn's pipeline")
    func reference() throws {
        let node = try #require(try Fixture.reference("mixed").first)
        let table = try CSVReader.read(path: Fixture.path("mixed.csv"))
        let plan = TrainingPlan(target: "kind", assignments: ["tol=1e-12"])
        let model = try ModelTrainer.fit(table, plan: plan)
        let encoded = try model.encoder.encode(table)
        let expected = try #require(node["encoded"]?.matrix)
        #expect(encoded.columns == expected.columns)
        #expect(distance(encoded.values, expected.values) < 1e-12)
        guard case .linear(let state) = model.state else { return }
        let coefficients = try #require(node["coefficients"]?.matrix)
        #expect(distance(state.coefficients.values, coefficients.values) < 1e-6)
        let probabilities = try #require(node["probabilities"]?.matrix)
        let predictions = try model.predict(table)
        #expect(distance(predictions.probabilities?.values ?? [], probabilities.values) < 1e-6)
        #expect(model.classes?.names == ["high", "low", "mid"])
    }

    @Test("Reads back what it wrote", arguments: plans)
    func roundTrip(plan: TrainingPlan, dropping: [String]) throws {
        let folder = Fixture.temporaryPath()
        let table = try Fixture.mixed(rows: 200, seed: 4).dropping(dropping)
        let model = try ModelTrainer.fit(
            table, plan: plan, context: FitContext(seed: .max))
        try model.write(to: folder + "/deep")
        let read = try TrainedModel.load(from: folder + "/deep")
        #expect(try bytes(read) == bytes(model))
        #expect(read.encoder == model.encoder && read.training == model.training)
        #expect(try read.predict(table) == model.predict(table))
        try Fixture.remove(folder)
    }

    @Test("Predictions are columns of the target's type")
    func columns() throws {
        let table = try Fixture.table(
            "x,n,t,f\n1,1,a,true\n2,2,b,false\n3,1,a,true\n4,2,b,false\n")
        for (target, type) in [("n", ColumnType.integer), ("t", .text), ("f", .boolean)] {
            let model = try ModelTrainer.fit(
                table, plan: TrainingPlan(target: target, assignments: ["C=1000"]))
            let predictions = try model.predict(table)
            let columns = predictions.columns
            #expect(columns[0].type == type)
            let target = try table.column(target)
            #expect(
                (0..<4).map { columns[0].text(row: $0) } == (0..<4).map { target.text(row: $0) })
            #expect(
                columns.map(\.name).dropFirst()
                    == predictions.classes?.names.map { "probability_\($0)" }[...])
            #expect(predictions.texts == (0..<4).map { target.text(row: $0) ?? "" })
        }
        let regression = try ModelTrainer.fit(
            table, plan: TrainingPlan(target: "x", task: .regression))
        #expect(try regression.predict(table).columns.map(\.name) == ["prediction"])
    }

    @Test("Rows without a target are left out and counted")
    func dropped() throws {
        let table = try Fixture.table("x,y\n1,a\n2,\n3,b\n4,b\n5,a\n6,\n")
        let model = try ModelTrainer.fit(table, plan: TrainingPlan(target: "y"))
        #expect(model.training.rowCount == 4 && model.training.droppedRowCount == 2)
        let same = try ModelTrainer.fit(table.rows([0, 2, 3, 4]), plan: TrainingPlan(target: "y"))
        #expect(same.state == model.state)
    }

    @Test("Values beyond all bounds are refused by name", arguments: [Double.infinity, -.infinity])
    func notFinite(value: Double) throws {
        let table = try Fixture.table("x,z,y\n1,2,a\n2,1,b\n3,5,b\n4,0,a\n")
        let model = try ModelTrainer.fit(
            table, plan: TrainingPlan(target: "y", assignments: ["C=1e6"]))
        let error = #expect(throws: BancadaError.self) {
            try model.predict(numericRows: [1, 2, value, 4], rowCount: 2)
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.hasPrefix("column \"x\" of the request is ") == true)
        #expect(error?.message.contains(" in row 2, ") == true)
    }

    @Test("A wrong number of numbers or columns is refused")
    func shapes() throws {
        let table = try Fixture.table("x,z,t,y\n1,2,p,a\n2,1,q,b\n")
        let numeric = try ModelTrainer.fit(
            table.dropping(["t"]), plan: TrainingPlan(target: "y"))
        for (numbers, rows) in [
            ([1.0], 1), ([], 1), ([1, 2, 3], 1), ([1, 2], -1), ([1, 2], .max),
        ] {
            #expect(throws: BancadaError.self) {
                try numeric.predict(numericRows: numbers, rowCount: rows)
            }
        }
        #expect(try numeric.predict(numericRows: [], rowCount: 0).rowCount == 0)
        #expect(try numeric.predict(numericRows: [.nan, .nan], rowCount: 1).rowCount == 1)
        let mixed = try ModelTrainer.fit(table, plan: TrainingPlan(target: "y"))
        #expect(throws: BancadaError.self) {
            try mixed.predict(numericRows: [1, 2, 3], rowCount: 1)
        }
        #expect(throws: BancadaError.self) { try mixed.predict(columns: [], rowCount: 0) }
        #expect(throws: BancadaError.self) {
            try mixed.predict(columns: Array(table.columns.prefix(3)), rowCount: 3)
        }
    }

    @Test("Says how far it is, and stops when it is told to")
    func cancellation() throws {
        let table = try Fixture.mixed(rows: 500, seed: 6).dropping(["value"])
        let context = FitContext(isCancelled: { true })
        let error = #expect(throws: BancadaError.self) {
            try ModelTrainer.fit(table, plan: TrainingPlan(target: "kind"), context: context)
        }
        #expect(error?.code == .cancelled)
    }
}
