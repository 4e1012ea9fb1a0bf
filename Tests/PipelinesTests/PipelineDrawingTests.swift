import Documents
import Pipelines
import Testing
import Workbench

@Suite struct PipelineDrawingTests {
    private func small() throws -> Pipeline {
        try load(
            "p.yaml",
            [
                "p.yaml": """
                name: a <b> & "c"
                tasks:
                  load: {component: data.import}
                  each: {component: x.y, for_each: [1, 2], needs: load}
                  inner: {pipeline: q.yaml, with: {table: "${{ tasks.load.table }}"}}
                  note: {run: "echo ${{ tasks.each.x }}", needs: [inner], when: "size(tasks.each.x) < 3"}
                on_exit: {run: ./report.sh}
                """,
                "q.yaml": """
                name: q
                parameters: {table: {type: Dataset}}
                tasks: {one: {run: x}, two: {run: y, needs: one}}
                """,
            ])
    }

    private let states: [String: TaskState] = [
        "load": .succeeded, "each[0]": .succeeded, "each[1]": .running, "inner": .failed,
        "inner/one": .failed, "inner/two": .notTriggered, "note": .pending, "on_exit": .pending,
    ]

    @Test("As text without states")
    func text() throws {
        let text = PipelineDrawing(try small()).text
        #expect(
            text == """
                a <b> & "c"
                1  load     data.import
                2  each     x.y, for each  <- load
                   inner    pipeline q     <- load
                   │ 1  one  shell
                   │ 2  two  shell  <- one
                3  note     shell          <- each, inner  when size(tasks.each.x) < 3
                =  on_exit  shell          <- the end

                """)
    }

    @Test("As text with states")
    func textWithStates() throws {
        let text = PipelineDrawing(try small(), states: states).text
        #expect(
            text == """
                a <b> & "c"
                1  ✔ load     data.import        SUCCEEDED
                2  ● each     x.y, for each 1/2  RUNNING    <- load
                   ✘ inner    pipeline q         FAILED     <- load
                   │ 1  ✘ one  shell  FAILED
                   │ 2  · two  shell  NOT_TRIGGERED  <- one
                3  ○ note     shell              PENDING    <- each, inner  when size(tasks.each.x) < 3
                =  ○ on_exit  shell              PENDING    <- the end

                """)
    }

    @Test("As Mermaid")
    func mermaid() throws {
        let text = PipelineDrawing(try small(), states: states).mermaid
        #expect(
            text == """
                flowchart TD
                    n0["load<br/>data.import<br/>SUCCEEDED"]
                    n1[["each<br/>x.y, for each 1/2<br/>RUNNING"]]
                    subgraph n2["inner<br/>pipeline q<br/>FAILED"]
                        n2_0["one<br/>shell<br/>FAILED"]
                        n2_1["two<br/>shell<br/>NOT_TRIGGERED"]
                        n2_0 --> n2_1
                    end
                    n3["note<br/>shell<br/>when size(tasks.each.x) #60; 3<br/>PENDING"]
                    n4(["on#95;exit<br/>shell<br/>PENDING"])
                    n0 --> n1
                    n0 --> n2
                    n1 --> n3
                    n2 --> n3
                    n3 -.-> n4
                    classDef pending fill:#f1f3f4,stroke:#80868b,color:#202124
                    class n3,n4 pending
                    classDef running fill:#e3f2fd,stroke:#1565c0,color:#202124
                    class n1 running
                    classDef succeeded fill:#e6f4ea,stroke:#2e7d32,color:#202124
                    class n0 succeeded
                    classDef failed fill:#fdecea,stroke:#c62828,color:#202124
                    class n2,n2_0 failed
                    classDef not_triggered fill:#fafafa,stroke:#bdbdbd,color:#202124
                    class n2_1 not_triggered

                """)
    }

    @Test("As SVG: every task once, texts escaped, no two boxes over each other")
    func svg() throws {
        let svg = PipelineDrawing(try small(), states: states).svg
        #expect(svg.hasPrefix("<svg xmlns="))
        #expect(svg.hasSuffix("</svg>\n"))
        #expect(svg.contains("<title>a &lt;b&gt; &amp; &quot;c&quot;</title>"))
        for name in ["load", "each", "inner", "one", "two", "note", "on_exit"] {
            #expect(svg.matches(of: try Regex(">\(name)</text>")).count == 1)
        }
        #expect(svg.matches(of: try Regex("<path d=")).count == 7)
        #expect(svg.contains("when size(tasks.each.x) &lt; 3"))
        #expect(!svg.contains("<b>"))
    }

    @Test(
        "Boxes of large graphs do not overlap, and pictures repeat", arguments: [1, 2] as [UInt64])
    func large(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let tasks = (0..<200).map { index in
            let needs = (0..<Int.random(in: 0...3, using: &generator)).compactMap { _ in
                index == 0
                    ? nil : "t\(Int.random(in: max(0, index - 30)..<index, using: &generator))"
            }
            return PipelineTask(
                name: "t\(index)", action: .shell(ShellStep(script: "x")), needs: needs)
        }
        let svg = PipelineDrawing(Pipeline(name: "large", tasks: tasks)).svg
        #expect(svg == PipelineDrawing(Pipeline(name: "large", tasks: tasks)).svg)
        let pattern = try Regex(
            #"<rect x="([-0-9.]+)" y="([-0-9.]+)" width="([-0-9.]+)" height="([-0-9.]+)""#)
        let boxes = svg.matches(of: pattern).map { match in
            (1...4).map { Double(match.output[$0].substring ?? "") ?? -1 }
        }
        #expect(boxes.count == 200)
        for (index, box) in boxes.enumerated() {
            #expect(box[0] >= 0 && box[1] >= 0)
            for other in boxes[(index + 1)...] {
                let apart =
                    box[0] + box[2] <= other[0] || other[0] + other[2] <= box[0]
                    || box[1] + box[3] <= other[1] || other[1] + other[3] <= box[1]
                #expect(apart, "seed \(seed): \(box) and \(other)")
            }
        }
    }

    @Test("What is wrong or enormous is drawn too")
    func extremes() {
        let circle = Pipeline(
            name: "circle",
            tasks: [
                PipelineTask(name: "a", action: .component("x"), needs: ["b", "a", "none"]),
                PipelineTask(name: "b", action: .component("x"), needs: ["a"]),
            ])
        let drawing = PipelineDrawing(circle)
        #expect(drawing.text == "circle\n1  a  x  <- b\n   b  x  <- a\n")
        #expect(drawing.svg.contains(">b</text>"))
        let none = PipelineDrawing(Pipeline(name: "none", tasks: []))
        #expect(none.text == "none\n")
        #expect(none.svg.contains("</svg>"))
        let chain = (0..<3000).map { index in
            PipelineTask(
                name: "t\(index)", action: .component("x"),
                needs: index == 0 ? [] : ["t\(index - 1)", "t0"])
        }
        let long = PipelineDrawing(Pipeline(name: "long", tasks: chain))
        #expect(long.svg.utf8.count > 100_000)
        #expect(long.mermaid.utf8.count > 100_000)
    }
}
