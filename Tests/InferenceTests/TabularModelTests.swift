import Inference
import LinearAlgebra
import Tabular
import Testing
import Training
import Workbench

@Suite("Tabular models behind the inference protocol")
struct TabularModelTests {
    private func served(_ model: TrainedModel) -> TabularModel {
        TabularModel(model, name: "m", version: "3")
    }

    private func infer(
        _ model: TabularModel, _ inputs: [Tensor], outputs: [String] = []
    ) throws -> [Tensor] {
        try model.infer(InferenceRequest(id: "7", inputs: inputs, outputs: outputs)).outputs
    }

    private func probabilities(_ outputs: [Tensor]) -> [Double] {
        guard case .numbers(let values)? = outputs.last?.elements else { return [] }
        return values
    }

    // MARK: - What it publishes

    @Test("Publishes one matrix when all features are numbers")
    func numericMetadata() throws {
        let metadata = served(try Fixtures.model(Fixtures.numericColumns)).metadata
        #expect(metadata.name == "m")
        #expect(metadata.version == "3")
        #expect(metadata.platform == "bancada_tabular")
        #expect(
            metadata.inputs == [TensorSpecification(name: "input-0", type: .fp64, shape: [-1, 3])])
        #expect(
            metadata.outputs == [
                TensorSpecification(name: "output-0", type: .bytes, shape: [-1]),
                TensorSpecification(name: "probabilities", type: .fp64, shape: [-1, 3]),
            ])
        #expect(
            metadata.properties == [
                "algorithm": "logistic", "task": "classification", "target": "y",
                "features": #"["a","b","c"]"#, "classes": #"["x","y","z"]"#,
            ])
    }

    @Test("Publishes a column for each feature when some are texts")
    func mixedMetadata() throws {
        let metadata = served(try Fixtures.model(Fixtures.mixedColumns)).metadata
        #expect(
            metadata.inputs == [
                TensorSpecification(name: "size", type: .fp64, shape: [-1]),
                TensorSpecification(name: "adult", type: .bool, shape: [-1]),
                TensorSpecification(name: "island", type: .bytes, shape: [-1]),
                TensorSpecification(name: "year", type: .int64, shape: [-1]),
            ])
    }

    @Test(
        "Gives the class in the type of its column, and numbers for a regression",
        arguments: [
            (ColumnType.text, TensorType.bytes, TensorElements.texts(["x", "y"])),
            (.integer, .int64, .numbers([0, 5])), (.boolean, .bool, .numbers([0, 1])),
        ])
    func classTypes(type: ColumnType, wire: TensorType, elements: TensorElements) throws {
        let model = served(try Fixtures.model(Fixtures.mixedColumns, type))
        let table = try Fixtures.table(Fixtures.mixedColumns, type)
        let outputs = try infer(
            model, Fixtures.mixedColumns.map { tensor($0.rows([0, 1])) })
        #expect(outputs[0].type == wire)
        let expected = try Fixtures.model(Fixtures.mixedColumns, type).predict(table.rows([0, 1]))
        let names = expected.texts
        switch outputs[0].elements {
        case .texts(let texts): #expect(texts == names)
        case .numbers(let numbers):
            #expect(numbers.map { Column.text($0, type: type) } == names)
        }
        // The rows are easy: the model knows them.
        #expect(outputs[0].elements == elements)
    }

    @Test("Gives numbers for a regression, and no probabilities")
    func regression() throws {
        let trained = try Fixtures.model(Fixtures.numericColumns, .number)
        let outputs = try infer(served(trained), [matrix(Fixtures.numericColumns)])
        let expected = try trained.predict(Fixtures.table(Fixtures.numericColumns, .number))
        #expect(
            outputs == [
                Tensor(
                    name: "output-0", type: .fp64, shape: [Fixtures.rowCount],
                    elements: .numbers(expected.values))
            ])
    }

    // MARK: - Equality

    private static let algorithms = [Algorithm.logistic, .mlp]

    @Test(
        "Gives the same bits whatever the form of the inputs, as for a table", arguments: algorithms
    )
    func numericForms(algorithm: Algorithm) throws {
        let columns = Fixtures.numericColumns
        let trained = try Fixtures.model(columns, algorithm: algorithm)
        let expected = try trained.predict(Fixtures.table(columns))
        let model = served(trained)
        let forms = [
            [matrix(columns)], [textMatrix(columns)], columns.map { tensor($0) },
            columns.reversed().map { tensor($0, shape: [$0.count, 1]) },
        ]
        for inputs in forms {
            let outputs = try infer(model, inputs)
            #expect(outputs[0].elements == .texts(expected.texts))
            #expect(probabilities(outputs) == expected.probabilities?.values)
        }
    }

    @Test("Takes both forms for mixed features as well", arguments: algorithms)
    func mixedForms(algorithm: Algorithm) throws {
        let columns = Fixtures.mixedColumns
        let trained = try Fixtures.model(columns, algorithm: algorithm)
        let expected = try trained.predict(Fixtures.table(columns))
        let model = served(trained)
        for inputs in [columns.map { tensor($0) }, [textMatrix(columns)]] {
            let outputs = try infer(model, inputs)
            #expect(outputs[0].elements == .texts(expected.texts))
            #expect(probabilities(outputs) == expected.probabilities?.values)
        }
    }

    @Test("Gives a row alone the bits it has among others", arguments: algorithms)
    func singleRows(algorithm: Algorithm) throws {
        let columns = Fixtures.numericColumns
        let model = served(try Fixtures.model(columns, algorithm: algorithm))
        let all = probabilities(try infer(model, [matrix(columns)]))
        for row in 0..<Fixtures.rowCount {
            let one = try infer(model, [matrix(columns.map { $0.rows([row]) })])
            #expect(probabilities(one) == Array(all[row * 3..<row * 3 + 3]))
        }
    }

    @Test("Takes numbers of any type, and texts that are numbers or truth values")
    func coercion() throws {
        let model = served(try Fixtures.model(Fixtures.mixedColumns))
        func ask(_ size: Tensor, _ adult: Tensor, _ island: Tensor, _ year: Tensor) throws
            -> [Double]
        {
            probabilities(try infer(model, [size, adult, island, year]))
        }
        func number(_ name: String, _ type: TensorType, _ value: Double) -> Tensor {
            Tensor(name: name, type: type, shape: [1], elements: .numbers([value]))
        }
        func text(_ name: String, _ value: String?) -> Tensor {
            Tensor(name: name, type: .bytes, shape: [1], elements: .texts([value]))
        }
        let plain = try ask(
            number("size", .fp64, 2), number("adult", .bool, 1), text("island", "7"),
            number("year", .int64, 2_001))
        #expect(
            try ask(
                number("size", .uint8, 2), number("adult", .int32, 1), number("island", .fp64, 7),
                number("year", .fp32, 2_001)) == plain)
        #expect(
            try ask(
                text("size", "2.0"), text("adult", "True"), number("island", .int8, 7),
                text("year", "2001")) == plain)
        let missing = try ask(
            number("size", .fp64, .nan), number("adult", .fp64, .nan), text("island", nil),
            number("year", .int64, .nan))
        #expect(
            try ask(text("size", ""), text("adult", nil), text("island", ""), text("year", ""))
                == missing)
        #expect(missing != plain)
    }

    @Test("Gives the outputs that are asked for, in their order")
    func requestedOutputs() throws {
        let model = served(try Fixtures.model(Fixtures.numericColumns))
        let input = matrix(Fixtures.numericColumns)
        let both = try infer(model, [input], outputs: ["probabilities", "output-0"])
        #expect(both.map(\.name) == ["probabilities", "output-0"])
        #expect(
            try infer(model, [input], outputs: ["output-0"]).map(\.name) == ["output-0"])
        let response = try model.infer(InferenceRequest(id: "7", inputs: [input]))
        #expect(response.id == "7")
        #expect(response.modelName == "m")
        #expect(response.modelVersion == "3")
    }

    // MARK: - Refusals

    private func refusal(
        _ columns: [Column], _ inputs: [Tensor], outputs: [String] = []
    ) throws -> String {
        let model = served(try Fixtures.model(columns))
        let error = #expect(throws: BancadaError.self) {
            try infer(model, inputs, outputs: outputs)
        }
        #expect(error?.code == .invalidInput)
        return error?.description ?? ""
    }

    @Test(
        "Says what is wrong with the inputs of a numeric model",
        arguments: [
            (
                [Tensor(name: "input-0", type: .fp64, shape: [1, 2], elements: .numbers([1, 2]))],
                "the input \"input-0\" has shape [1, 2], expected [rows, 3] "
                    + "(hint: give the features in this order: \"a\", \"b\", \"c\")"
            ),
            (
                [Tensor(name: "input-0", type: .fp64, shape: [3], elements: .numbers([1, 2, 3]))],
                "the input \"input-0\" has shape [3], expected [rows, 3] "
                    + "(hint: give the features in this order: \"a\", \"b\", \"c\")"
            ),
            (
                [Tensor(name: "input-0", type: .fp64, shape: [0, 3], elements: .numbers([]))],
                "the request has no rows, expected at least one"
            ),
            (
                [
                    Tensor(
                        name: "input_0", type: .fp64, shape: [1, 3], elements: .numbers([1, 2, 3]))
                ],
                "the model has no input \"input_0\" (hint: give \"input-0\" of shape [rows, 3] or "
                    + "the features \"a\", \"b\", \"c\")"
            ),
            (
                [
                    Tensor(
                        name: "input-0", type: .bytes, shape: [1, 3],
                        elements: .texts(["1", "two", "3"]))
                ],
                "column \"b\" of the request has \"two\" in row 1, expected an integer"
            ),
            (
                [Tensor(name: "a", type: .fp64, shape: [1], elements: .numbers([1]))],
                "the inputs \"b\", \"c\" are missing (hint: give every feature of the model, with "
                    + "null where a value is missing)"
            ),
        ])
    func numericRefusals(inputs: [Tensor], message: String) throws {
        #expect(try refusal(Fixtures.numericColumns, inputs) == message)
    }

    @Test("Says what is wrong with the inputs of a mixed model")
    func mixedRefusals() throws {
        let columns = Fixtures.mixedColumns
        let good = columns.map { tensor($0.rows([0, 1])) }
        let island = Tensor(name: "isalnd", type: .bytes, shape: [2], elements: .texts(["a", "b"]))
        #expect(
            try refusal(columns, [good[0], good[1], island, good[3]])
                == "the model has no input \"isalnd\" (hint: write \"island\")")
        #expect(
            try refusal(columns, Array(good[..<3]))
                == "the input \"year\" is missing (hint: give every feature of the model, with "
                + "null where a value is missing)")
        #expect(
            try refusal(columns, good + [good[0]]) == "the input \"size\" is there twice")
        #expect(
            try refusal(columns, good + [matrix(Fixtures.numericColumns)])
                == "the model has no input \"input-0\" (hint: give either \"input-0\" alone or a "
                + "column for each feature)")
        let short = tensor(columns[3].rows([0]))
        #expect(
            try refusal(columns, Array(good[..<3]) + [short])
                == "the input \"year\" has shape [1], expected [2] or [2, 1] as the first feature "
                + "has 2 rows")
        let scalar = Tensor(name: "size", type: .fp64, shape: [], elements: .numbers([1]))
        #expect(
            try refusal(columns, [scalar] + good[1...])
                == "the input \"size\" has shape [], expected [0] or [0, 1] as the first feature "
                + "has 0 rows")
        let flag = Tensor(name: "adult", type: .fp64, shape: [2], elements: .numbers([0, 2]))
        #expect(
            try refusal(columns, [good[0], flag, good[2], good[3]])
                == "column \"adult\" of the request has \"2.0\" in row 2, expected true or false")
        let bool = Tensor(name: "size", type: .bool, shape: [2], elements: .numbers([0, 1]))
        #expect(
            try refusal(columns, [bool] + good[1...])
                == "column \"size\" of the request has \"false\" in row 1, expected a number")
        #expect(
            try refusal(columns, good, outputs: ["probability"])
                == "the model has no output \"probability\" (hint: ask for \"probabilities\")")
        #expect(
            try refusal(columns, good, outputs: ["output-0", "output-0"])
                == "the output \"output-0\" is asked for twice")
    }

    @Test("Refuses truth values that are neither 0 nor 1 in a matrix too")
    func flags() throws {
        let columns = [Fixtures.mixedColumns[0], Fixtures.mixedColumns[1]]
        let input = Tensor(
            name: "input-0", type: .fp64, shape: [2, 2], elements: .numbers([1, 1, 1, 0.5]))
        #expect(
            try refusal(columns, [input])
                == "column \"adult\" of the request has \"0.5\" in row 2, expected true or false")
    }

    @Test("Refuses numbers beyond anything, naming the column")
    func infinite() throws {
        let input = Tensor(
            name: "input-0", type: .fp64, shape: [1, 3],
            elements: .numbers([1, Double.greatestFiniteMagnitude, 1]))
        #expect(
            try refusal(Fixtures.numericColumns, [input]).contains(
                "column \"b\" of the request is 1.7976931348623157e+308 in row 1"))
    }
}
