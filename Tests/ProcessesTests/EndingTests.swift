import Foundation
import Processes
import Testing
import Workbench

@Suite struct EndingTests {
    /// A child that ignores SIGTERM, with two children that do too; it prints the three numbers.
    static let stubborn = """
        trap '' TERM
        sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' &
        sh -c 'trap "" TERM; echo $$; exec sleep 1000' &
        echo $$
        while :; do sleep 1; done
        """

    private func stubbornChild() async throws -> (ChildProcess, [Int32]) {
        let child = try await Child.shell(Self.stubborn)
        var numbers: [Int32] = []
        while numbers.count < 3, let number = try await child.nextNumber() {
            numbers.append(number)
        }
        return (child, numbers)
    }

    @Test("A time-out ends a child that ignores SIGTERM, and its children")
    func timeout() async throws {
        let (child, numbers) = try await stubbornChild()
        let outcome = await child.wait(timeout: .milliseconds(50), grace: .milliseconds(50))
        #expect(outcome.exit == .timedOut)
        for number in numbers { #expect(!Child.isAlive(number)) }
    }

    @Test("A cancellation ends it too")
    func cancellation() async throws {
        let (child, numbers) = try await stubbornChild()
        let cancellation = Cancellation()
        async let outcome = child.wait(cancellation: cancellation, grace: .milliseconds(50))
        cancellation.request()
        #expect(await outcome.exit == .cancelled)
        for number in numbers { #expect(!Child.isAlive(number)) }
    }

    @Test("A cancelled task ends it too")
    func taskCancellation() async throws {
        let (child, numbers) = try await stubbornChild()
        let waiting = Task { await child.wait(grace: .zero) }
        waiting.cancel()
        #expect(await waiting.value.exit == .cancelled)
        for number in numbers { #expect(!Child.isAlive(number)) }
    }

    @Test("A child that nobody refers to any more is ended")
    func dropped() async throws {
        var pair: (ChildProcess, [Int32])? = try await stubbornChild()
        let numbers = try #require(pair).1
        pair = nil
        #expect(await Child.eventually { !numbers.contains { Child.isAlive($0) } })
    }

    @Test("What the leader leaves behind is ended, and keeps nothing open")
    func leftBehind() async throws {
        let child = try await Child.shell("sleep 1000 & echo $!; sleep 1001 & echo $!")
        let outcome = await child.wait()
        #expect(outcome.exit == .exited(0))
        while let number = try await child.nextNumber() { #expect(!Child.isAlive(number)) }
    }

    @Test(
        "A job in a group of its own is ended where it holds the output",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
    func jobControl() async throws {
        let child = try await Child.spawn(
            ["/bin/bash", "-c", "set -m; sleep 1000 & echo $!"])
        let outcome = await child.wait()
        #expect(outcome.exit == .exited(0))
        let number = try #require(try await child.nextNumber())
        #expect(!Child.isAlive(number))
    }

    @Test("Whoever leaves the session cannot hold the wait up")
    func daemon() async throws {
        let child = try await Child.shell(
            "setsid sh -c 'echo $$; exec sleep 1000' & read x", input: .pipe)
        let number = try #require(try await child.nextNumber())
        child.closeInput()
        #expect(await child.wait().exit == .exited(1))
        // The only one that knows it: the child that told its number is of this test.
        #expect(Child.isAlive(number))
        kill(number, SIGKILL)
    }

    @Test("A child may end itself when it is asked to")
    func graceful() async throws {
        let child = try await Child.shell(
            "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.01; done")
        #expect(try await child.nextLine() == .stdout("ready"))
        child.terminate(grace: .seconds(60))
        // The shell may also say of its sleep, on the other stream, that it was terminated.
        #expect(try await child.allLines().contains(.stdout("bye")))
        #expect(await child.wait().exit == .exited(3))
    }

    @Test("A suspended child hears the request as well")
    func suspended() async throws {
        let child = try await Child.shell("kill -STOP $$; echo never")
        child.terminate(grace: .seconds(60))
        #expect(await child.wait().exit == .signalled(15))
    }

    @Test("Stopping a child that has ended changes nothing")
    func late() async throws {
        let child = try await Child.shell("exit 4")
        #expect(await child.wait().exit == .exited(4))
        child.terminate()
        child.closeInput()
        let cancellation = Cancellation()
        cancellation.request()
        #expect(await child.wait(timeout: .zero, cancellation: cancellation).exit == .exited(4))
    }
}
