import Foundation

/// An end-to-end test as text: commands and what they must print.
///
///     # a comment
///     $ bancada version            a shell command, run in a folder of the script's own
///     bancada {*} (linux-{*})      its stdout, line by line; {*} matches any text in a line
///     {**}                         any number of lines
///     ! error: no such thing       a line that stderr must contain
///     ? 2                          its exit code; 0 where nothing is said
struct Script {
    /// One command and what it must do.
    struct Step {
        let line: Int
        let command: String
        var stdout: [String] = []
        var stderr: [String] = []
        var code: Int32 = 0
    }

    let steps: [Step]

    /// Reads a script.
    init(text: String) {
        var steps: [Step] = []
        for (number, line) in text.components(separatedBy: "\n").enumerated() {
            if line.hasPrefix("$ ") {
                steps.append(Step(line: number + 1, command: String(line.dropFirst(2))))
            } else if line.isEmpty || line.hasPrefix("# ") || steps.isEmpty {
                continue
            } else if line.hasPrefix("! ") {
                steps[steps.count - 1].stderr.append(String(line.dropFirst(2)))
            } else if line.hasPrefix("? ") {
                steps[steps.count - 1].code = Int32(line.dropFirst(2)) ?? -1
            } else {
                steps[steps.count - 1].stdout.append(line)
            }
        }
        self.steps = steps
    }

    /// Whether `lines` are what `patterns` describe.
    static func matches(_ lines: ArraySlice<String>, _ patterns: ArraySlice<String>) -> Bool {
        guard let pattern = patterns.first else { return lines.isEmpty }
        if pattern == "{**}" {
            let rest = patterns.dropFirst()
            return (lines.startIndex...lines.endIndex).contains { start in
                matches(lines[start...], rest)
            }
        }
        guard let line = lines.first, matches(line, pattern) else { return false }
        return matches(lines.dropFirst(), patterns.dropFirst())
    }

    /// Whether `line` is what `pattern` describes.
    static func matches(_ line: String, _ pattern: String) -> Bool {
        var parts = pattern.components(separatedBy: "{*}")
        guard parts.count > 1 else { return line == pattern }
        let first = parts.removeFirst()
        let last = parts.removeLast()
        guard line.hasPrefix(first), line.hasSuffix(last),
            line.count >= first.count + last.count
        else { return false }
        var rest = line.dropFirst(first.count).dropLast(last.count)
        for part in parts where !part.isEmpty {
            guard let range = rest.range(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
