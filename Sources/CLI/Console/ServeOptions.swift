import ArgumentParser

/// Where and how to serve.
struct ServeOptions: ParsableArguments {
    @Option(help: "The address to listen on; other than loopback needs a token.")
    var host = "127.0.0.1"

    @Option(parsing: .unconditional, help: "The port to listen on; 0 takes a free one.")
    var port = 8080

    @Option(
        help: ArgumentHelp(
            "Read the bearer token from a file, instead of BANCADA_TOKEN.", valueName: "file"))
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Another Host that requests may name, such as a proxy's; may be repeated.",
            valueName: "name"))
    var allowHost: [String] = []

    @Option(
        help: ArgumentHelp(
            "Write a line for every request on stderr: json or text.", valueName: "form"))
    var log: String?
}
