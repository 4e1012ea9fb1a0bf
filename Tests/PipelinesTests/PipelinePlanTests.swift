import Documents
import Pipelines
import Testing
import Workbench

@Suite struct PipelinePlanTests {
    private func plan(_ text: String) throws(BancadaError) -> PipelinePlan {
        try PipelinePlan(
            load("p.yaml", ["p.yaml": text, "other.yaml": other]), specifications: specification)
    }

    private func error(_ text: String) -> String {
        message { () throws(BancadaError) in _ = try plan(text) }
    }

    @Test("The whole example is in order")
    func whole() throws {
        let plan = try plan(wholeExample)
        #expect(
            plan.dependencies == [[], [0], [1], [1, 2], [0], [2, 3], [], []])
        #expect(plan.dependents == [[1, 4], [2, 3], [3, 5], [5], [], [], [], []])
        #expect(plan.order == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(plan.levels == [[0, 6, 7], [1, 4], [2], [3], [5]])
        #expect(plan.called.keys.sorted() == ["inner"])
        #expect(plan.specifications[5].outputs.map(\.name) == ["note"])
        #expect(plan.specification.inputs.map(\.isOptional) == [true, true, true, false])
        #expect(
            plan.specification.outputs
                == [OutputSpecification("accuracy", .parameter(.number))])
        #expect(
            plan.called["inner"]?.specification.outputs
                == [OutputSpecification("lines", .parameter(.integer))])
    }

    @Test("Order does not depend on the order of the file, ties do")
    func order() throws {
        let plan = try plan(
            """
            tasks:
              d: {run: x, needs: [b, c]}
              c: {run: x, needs: a}
              b: {run: x, needs: a}
              a: {run: x}
              e: {run: x}
            """)
        #expect(plan.order.map { plan.pipeline.tasks[$0].name } == ["a", "c", "b", "d", "e"])
        #expect(plan.levels == [[3, 4], [1, 2], [0]])
    }

    @Test("References count wherever they stand")
    func references() throws {
        let plan = try plan(
            """
            tasks:
              a: {component: x.y}
              b: {run: x, when: tasks.a.x > 1}
              c: {run: x, env: {A: "${{ tasks.a.text }}"}}
              d: {run: "echo ${{ tasks['a'].x + size(tasks.a.list) }}"}
              e: {component: x.y, for_each: "${{ tasks.a.list }}", with: {y: {k: ["${{ tasks.b }}", "${{ item }}"]}}}
              f-1: {run: "echo ${{ tasks.e.x[0] }} ${{ size(tasks.e.x) }}"}
            outputs: {x: "${{ tasks.f-1 }}", y: "${{ tasks.e.table }}"}
            """)
        #expect(plan.dependencies == [[], [0], [0], [0], [0, 1], [4]])
        #expect(plan.specification.outputs.map(\.type) == [.any, .parameter(.list)])
    }

    @Test(
        "Refuses references to what is not there",
        arguments: [
            (
                "tasks: {a: {run: '${{ tasks.b.x }}'}}",
                "p.yaml:1:23: expression \"tasks.b.x\": there is no task \"b\""
            ),
            (
                "tasks: {a: {run: '${{ tasks }}'}}",
                "p.yaml:1:23: expression \"tasks\": \"tasks\" alone is no value"
            ),
            (
                "tasks: {a: {run: '${{ 1 + tasks.a.x }}'}}",
                "p.yaml:1:27: expression \"1 + tasks.a.x\": task \"a\" refers to itself"
            ),
            (
                "tasks: {a: {run: x}, b: {run: '${{ tasks.a.x }}'}}",
                "p.yaml:1:36: expression \"tasks.a.x\": task \"a\" (shell) has no output \"x\""
            ),
            (
                "tasks: {a: {run: '${{ parameters.x }}'}}",
                "p.yaml:1:23: expression \"parameters.x\": the pipeline has no parameter \"x\""
            ),
            (
                "tasks: {a: {run: '${{ item }}'}}",
                "p.yaml:1:23: expression \"item\": \"item\" is known only inside a task with "
                    + "for_each"
            ),
            (
                "tasks: {a: {run: x, for_each: '${{ item }}'}}",
                "p.yaml:1:36: expression \"item\": \"item\" is known only inside a task with "
                    + "for_each"
            ),
            (
                "tasks: {a: {run: '${{ run.state }}'}}",
                "p.yaml:1:23: expression \"run.state\": \"run\" is known only in on_exit"
            ),
            (
                "tasks: {a: {run: '${{ task.a }}'}}",
                "p.yaml:1:23: expression \"task.a\": unknown name \"task\""
            ),
            (
                "tasks: {a: {run: x}}\non_exit: {run: '${{ run.stat }}'}",
                "p.yaml:2:21: expression \"run.stat\": \"run\" has no \"stat\""
            ),
            (
                "tasks: {a: {run: x}}\non_exit: {run: '${{ tasks.a }}'}",
                "p.yaml:2:21: expression \"tasks.a\": tasks may have failed when on_exit runs"
            ),
            (
                "tasks: {a: {run: x}}\noutputs: {x: '${{ tasks.b.c }}'}",
                "p.yaml:2:19: expression \"tasks.b.c\": there is no task \"b\""
            ),
            (
                "tasks: {a: {run: x, needs: [b]}}",
                "p.yaml:1:9: task \"a\" needs \"b\", which is no task"
            ),
            ("tasks: {a: {run: x, needs: [a]}}", "p.yaml:1:9: task \"a\" needs itself"),
            (
                "tasks: {a: {component: z.z}}",
                "p.yaml:1:9: task \"a\": there is no component \"z.z\""
            ),
            (
                "tasks: {a: {component: x.y, for_each: [1]}, b: {run: '${{ tasks.a.x.y }}'}}",
                "p.yaml:1:59: expression \"tasks.a.x.y\": tasks.a.x is a list, one for each "
                    + "element, and has no \"y\""
            ),
        ])
    func refusesReferences(text: String, expected: String) {
        #expect(error(text) == expected)
    }

    @Test(
        "Refuses inputs that do not fit",
        arguments: [
            (
                "a: {component: data.import, with: {pth: x}}",
                "p.yaml:2:36: task \"a\": data.import has no input \"pth\""
            ),
            (
                "a: {component: data.import}",
                "p.yaml:2:1: task \"a\": data.import needs \"path\" (string)"
            ),
            (
                "a: {component: tune}",
                "p.yaml:2:1: task \"a\": tune needs \"table\" (Dataset), \"target\" (string), "
                    + "\"algorithms\" (list), \"trials\" (int)"
            ),
            (
                "a: {component: data.import, with: {path: 3}}",
                "p.yaml:2:36: task \"a\": \"path\" is 3, expected a text (string)"
            ),
            (
                "a: {component: data.import, with: {path: }}",
                "p.yaml:2:36: task \"a\": \"path\" is null, expected a text (string)"
            ),
            (
                "a: {component: x.y, with: {x: 1.5}}",
                "p.yaml:2:28: task \"a\": \"x\" is 1.5, expected an integer (int)"
            ),
            (
                "a: {component: x.y, with: {x: 'n${{ 1 }}'}}",
                "p.yaml:2:28: task \"a\": \"x\" is a text, expected an integer (int)"
            ),
            (
                "a: {component: evaluate, with: {model: x, table: y}}",
                "p.yaml:2:33: task \"a\": \"model\" is \"x\", expected an artifact (Model)"
            ),
            (
                "a: {component: x.y}\nb: {component: evaluate, with: {model: '${{ tasks.a.table }}'}}",
                "p.yaml:3:33: task \"b\": \"model\" is tasks.a.table, an artifact (Dataset), "
                    + "expected an artifact (Model)"
            ),
            (
                "a: {component: x.y}\nb: {component: x.y, with: {x: '${{ tasks.a.table }}'}}",
                "p.yaml:3:28: task \"b\": \"x\" is tasks.a.table, an artifact (Dataset), "
                    + "expected an integer (int)"
            ),
            (
                "a: {component: x.y}\nb: {component: x.y, with: {x: '${{ tasks.a.text }}'}}",
                "p.yaml:3:28: task \"b\": \"x\" is tasks.a.text, a text (string), expected an "
                    + "integer (int)"
            ),
            (
                "a: {component: x.y, for_each: [1]}\nb: {component: x.y, with: {x: '${{ tasks.a.x }}'}}",
                "p.yaml:3:28: task \"b\": \"x\" is tasks.a.x, a list of int, one for each element, "
                    + "expected an integer (int)"
            ),
            (
                "a: {component: x.y}\nb: {component: x.y, for_each: '${{ tasks.a.text }}'}",
                "p.yaml:3:36: expression \"tasks.a.text\": task \"b\": for_each is tasks.a.text, a "
                    + "text (string), expected a list"
            ),
            (
                "a: {pipeline: other.yaml}",
                "p.yaml:2:1: task \"a\": pipeline other needs \"data\" (string)"
            ),
            (
                "a: {pipeline: other.yaml, with: {data: x, dat: y}}",
                "p.yaml:2:43: task \"a\": pipeline other has no input \"dat\""
            ),
        ])
    func refusesInputs(tasks: String, expected: String) {
        let body = tasks.split(separator: "\n").joined(separator: ",\n")
        let text = "tasks: {\n\(body)\n}"
        #expect(error(text) == expected)
    }

    @Test(
        "Accepts what fits",
        arguments: [
            "a: {component: x.y, with: {x: }}", "a: {component: x.y, with: {x: '${{ 1 + 1 }}'}}",
            "a: {component: x.y, with: {y: [1, {b: 2}]}}",
            "a: {component: x.y},\nb: {component: data.split, with: {table: '${{ tasks.a.any }}'}}",
            "a: {component: x.y},\nb: {component: data.split, with: {table: '${{ tasks.a.table }}', test: 1}}",
            "a: {component: x.y},\nb: {component: data.split, with: {table: '${{ tasks.a.table }}', test: '${{ tasks.a.x }}'}}",
            "a: {component: x.y, for_each: [1]},\nb: {component: x.y, with: {x: '${{ tasks.a.x[0] }}'}}",
            "a: {component: x.y, for_each: [1]},\nb: {component: x.y, for_each: '${{ tasks.a.table }}'}",
        ])
    func accepts(tasks: String) {
        #expect(error("tasks: {\n\(tasks)\n}") == "no error")
    }

    @Test("Artifacts pass into called pipelines by parameters of their type")
    func artifactParameters() throws {
        let inner = """
            parameters: {table: {type: Dataset}}
            tasks: {s: {component: data.split, with: {table: "${{ parameters.table }}"}}}
            outputs: {train: "${{ tasks.s.train }}"}
            """
        func plan(_ value: String) throws(BancadaError) -> PipelinePlan {
            let outer = """
                tasks:
                  a: {component: x.y}
                  b: {pipeline: inner.yaml, with: {table: \(value)}}
                  c: {component: data.split, with: {table: "${{ tasks.b.train }}"}}
                """
            return try PipelinePlan(
                load("p.yaml", ["p.yaml": outer, "inner.yaml": inner]),
                specifications: specification)
        }
        #expect(try plan("'${{ tasks.a.table }}'").order == [0, 1, 2])
        #expect(
            message { () throws(BancadaError) in _ = try plan("x") }
                == "p.yaml:3:36: task \"b\": \"table\" is \"x\", expected an artifact (Dataset)")
    }

    @Test("Names circles from the first task of the file on")
    func circles() {
        #expect(
            error(
                """
                tasks:
                  z: {run: x, needs: c}
                  a: {component: x.y, with: {y: "${{ tasks.b.x }}"}}
                  b: {component: x.y, needs: c}
                  c: {run: x, needs: [a]}
                """)
                == "p.yaml:3:3: tasks wait for each other in a circle: a -> b -> c -> a")
        let many = (0..<1000).map { "  t\($0): {run: x, needs: t\(($0 + 1) % 1000)}" }
        #expect(
            error("tasks:\n" + many.joined(separator: "\n")).hasSuffix(
                "t0 -> t1 -> t2 -> t3 -> t4 -> t5 -> t6 -> t7 -> t8 -> t9 -> (982 more) -> t992 -> "
                    + "t993 -> t994 -> t995 -> t996 -> t997 -> t998 -> t999 -> t0"))
    }

    @Test("A dash after a known name is explained")
    func dash() {
        #expect {
            _ = try plan("parameters: {n: 3}\ntasks: {a: {run: 'x ${{ parameters.n-1 }}'}}")
        } throws: { ($0 as? BancadaError)?.hint == "put spaces around - to subtract" }
    }

    @Test("Random graphs come in an order that holds", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = 200
        let position = Array(0..<count).shuffled(using: &generator)
        var tasks: [PipelineTask] = []
        for task in 0..<count {
            var needs: Set<String> = []
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let other = Int.random(in: 0..<count, using: &generator)
                if position[other] < position[task] { needs.insert("t\(other)") }
            }
            tasks.append(
                PipelineTask(
                    name: "t\(task)", action: .shell(ShellStep(script: "x")),
                    needs: needs.sorted()))
        }
        let plan = try PipelinePlan(
            Pipeline(name: "p", tasks: tasks), specifications: specification)
        #expect(Set(plan.order).count == count)
        var done: Set<Int> = []
        for task in plan.order {
            #expect(plan.dependencies[task].allSatisfy { done.contains($0) })
            done.insert(task)
        }
        for (level, members) in plan.levels.enumerated() {
            for task in members {
                let before = plan.dependencies[task].map { before in
                    plan.levels.firstIndex { $0.contains(before) } ?? -1
                }
                #expect((before.max() ?? -1) == level - 1)
            }
        }
    }
}
