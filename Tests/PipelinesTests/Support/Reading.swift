import Documents
import Pipelines
import Workbench

/// Reads a pipeline from files that are texts by path.
func load(_ path: String, _ files: [String: String]) throws(BancadaError) -> Pipeline {
    try NativePipelineFile.load(path: path) { (path) throws(BancadaError) in
        guard let text = files[path] else {
            throw BancadaError(.notFound, "file \"\(path)\" not found")
        }
        return Array(text.utf8)
    }
}

/// Reads a pipeline of one file, `p.yaml`.
func load(_ text: String) throws(BancadaError) -> Pipeline {
    try load("p.yaml", ["p.yaml": text])
}

/// The message of the error that `body` throws.
func message(_ body: () throws(BancadaError) -> Void) -> String {
    do throws(BancadaError) {
        try body()
        return "no error"
    } catch {
        return error.message
    }
}

/// The example of the documentation in full.
let wholeExample = """
    name: penguins
    description: from a file to a model
    parameters:
      data: data/penguins.csv
      trials: {type: int, default: 40, description: how many trials the search may use}
      rate: {type: float, default: 1}
      label: {type: string}
    tasks:
      load:  {component: data.import, with: {path: "${{ parameters.data }}"}}
      split: {component: data.split,  with: {table: "${{ tasks.load.table }}", test: 0.2, stratify: species}}
      best:  {component: tune, with: {table: "${{ tasks.split.train }}", target: species, algorithms: [mlp, logistic], trials: "${{ parameters.trials }}"}}
      score: {component: evaluate, with: {model: "${{ tasks.best.model }}", table: "${{ tasks.split.test }}"}}
      clean: {python: "steps.py:clean", with: {table: "${{ tasks.load.table }}"}, requirements: [pandas]}
      note:
        run: echo "accuracy ${{ tasks.score.accuracy }}" > "$OUT/note"
        outputs: {note: String}
        when: tasks.score.accuracy >= 0.95
        needs: [best]
        retry: {limit: 3, backoff: 2s}
        timeout: 30s
        env: {LANG: C, RATE: "${{ parameters.rate }}"}
        cache: false
      each:  {for_each: [1, 2, 3], max_parallel: 2, component: x.y, with: {x: "${{ item }}"}}
      inner: {pipeline: other.yaml, with: {data: "${{ parameters.data }}"}}
    outputs: {accuracy: "${{ tasks.score.accuracy }}"}
    on_exit: {run: './report.sh "${{ run.state }}"'}

    """

/// What `wholeExample` calls.
let other = """
    parameters: {data: {type: string}}
    tasks:
      only: {run: 'wc -l "${{ parameters.data }}" > "$OUT/lines"', outputs: {lines: int}}
    outputs: {lines: "${{ tasks.only.lines }}"}

    """

/// What the components of the examples take and give.
func specification(_ task: PipelineTask) throws(BancadaError) -> ComponentSpecification? {
    let table = InputSpecification("table", .artifact(.dataset))
    func make(
        _ inputs: [InputSpecification], _ outputs: [OutputSpecification]
    ) -> ComponentSpecification {
        ComponentSpecification(
            name: task.action.title, version: "1", inputs: inputs, outputs: outputs)
    }
    switch task.action {
    case .component("data.import"):
        return make(
            [InputSpecification("path", .parameter(.string))],
            [OutputSpecification("table", .artifact(.dataset))])
    case .component("data.split"):
        return make(
            [
                table, InputSpecification("test", .parameter(.number), defaultValue: 0.2),
                InputSpecification("stratify", .parameter(.string), isOptional: true),
            ],
            [
                OutputSpecification("train", .artifact(.dataset)),
                OutputSpecification("test", .artifact(.dataset)),
            ])
    case .component("tune"):
        return make(
            [
                table, InputSpecification("target", .parameter(.string)),
                InputSpecification("algorithms", .parameter(.list)),
                InputSpecification("trials", .parameter(.integer)),
            ], [OutputSpecification("model", .artifact(.model))])
    case .component("evaluate"):
        return make(
            [InputSpecification("model", .artifact(.model)), table],
            [OutputSpecification("accuracy", .parameter(.number))])
    case .component("x.y"):
        return make(
            [
                InputSpecification("x", .parameter(.integer), isOptional: true),
                InputSpecification("y", .any, isOptional: true),
            ],
            [
                OutputSpecification("x", .parameter(.integer)),
                OutputSpecification("table", .artifact(.dataset)),
                OutputSpecification("any", .artifact(.artifact)),
                OutputSpecification("list", .parameter(.list)),
                OutputSpecification("text", .parameter(.string)),
            ])
    case .python: return make([table], [OutputSpecification("Output", .parameter(.string))])
    case .component(let name): throw BancadaError(.notFound, "there is no component \"\(name)\"")
    case .shell, .pipeline: return nil
    }
}
