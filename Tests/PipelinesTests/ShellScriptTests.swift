import Documents
import Pipelines
import Testing
import Workbench

@Suite("Scripts of shell steps") struct ShellScriptTests {
    /// The script of a task whose `run` is this block.
    private func script(_ text: String) throws(BancadaError) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let block = lines.map { "      " + $0 }.joined(separator: "\n")
        let pipeline = try load("tasks:\n  a:\n    run: |-\n\(block)\n")
        guard case .shell(let step) = pipeline.tasks[0].action else { return "" }
        return step.script
    }

    @Test(
        "Expressions become variables",
        arguments: [
            ("echo ${{ x }} \"${{ y }}\"", "echo ${BANCADA_1} \"${BANCADA_2}\""),
            ("echo $X ${Y} $$", "echo $X ${Y} $$"),
            ("echo 'a' ${{ x }}", "echo 'a' ${BANCADA_1}"),
            ("echo \"it's ${{ x }}\"", "echo \"it's ${BANCADA_1}\""),
            ("# don't\necho ${{ x }}", "# don't\necho ${BANCADA_1}"),
            ("echo a#'b' ${{ x }}", "echo a#'b' ${BANCADA_1}"),
            ("echo \\' ${{ x }}", "echo \\' ${BANCADA_1}"),
            ("echo \"$(echo 'a' ${{ x }})\"", "echo \"$(echo 'a' ${BANCADA_1})\""),
            ("echo \"`echo 'a'`${{ x }}\"", "echo \"`echo 'a'`${BANCADA_1}\""),
            ("cat <<EOF\nit's ${{ x }}\nEOF\n", "cat <<EOF\nit's ${BANCADA_1}\nEOF"),
            (
                "cat <<-'EOF'\nit's\n\tEOF\necho ${{ x }}",
                "cat <<-'EOF'\nit's\n\tEOF\necho ${BANCADA_1}"
            ),
            (
                "echo $((1<<2)) ${{ x }}\nb'c' ${{ x }}",
                "echo $((1<<2)) ${BANCADA_1}\nb'c' ${BANCADA_2}"
            ),
            (
                "case a in a) echo 'b';; esac; echo ${{ x }}",
                "case a in a) echo 'b';; esac; echo ${BANCADA_1}"
            ),
            ("echo \\\\${{ x }}", "echo \\\\${BANCADA_1}"),
        ])
    func variables(text: String, expected: String) throws {
        let expected =
            expected.hasSuffix("EOF") && text.hasSuffix("\n") ? expected + "\n" : expected
        let result = try script(text)
        #expect(result == expected || result + "\n" == expected)
    }

    @Test(
        "Refuses expressions that sh would not expand",
        arguments: [
            ("echo '${{ x }}'", "p.yaml:4:17"), ("a\necho b 'c ${{ x }}'", "p.yaml:5:21"),
            ("cat <<'EOF'\n${{ x }}\nEOF", "p.yaml:5:11"), ("echo \\${{ x }}", "p.yaml:4:17"),
            ("cat << \\E\n${{ x }}\nE", "p.yaml:5:11"),
            ("cat <<E\n\\${{ x }}\nE", "p.yaml:5:12"),
            ("echo \"$(echo '${{ x }}')\"", "p.yaml:4:25"),
        ])
    func refuses(text: String, place: String) {
        #expect(
            message { () throws(BancadaError) in _ = try script(text) }.hasPrefix(
                "\(place): expression \"x\": stands where sh expands nothing"))
    }
}
