import NIOHTTP1
import Workbench

/// The header fields that matter before a request is routed, read in one pass.
struct RequestFields {
    /// The `Host`.
    private(set) var host: String?
    /// How many `Host` fields there are.
    private(set) var hostCount = 0
    /// The `Origin`.
    private(set) var origin: String?
    /// The `Sec-Fetch-Site`.
    private(set) var fetchSite: String?
    /// The `Authorization`.
    private(set) var authorization: String?
    /// The `Expect`.
    private(set) var expectation: String?
    /// The `Content-Length`; the parser has checked that it is one number.
    private(set) var contentLength: Int?
    /// Whether a body of unknown length follows.
    private(set) var isChunked = false
    /// The `Content-Encoding`, unless it is `identity`.
    private(set) var contentEncoding: String?
    /// Whether tensors follow the JSON (`Inference-Header-Content-Length`).
    private(set) var hasBinaryTensors = false
    /// Whether another protocol is proposed, after which the parser reads no further request.
    private(set) var proposesUpgrade = false

    /// The fields of a request's head.
    init(_ headers: HTTPHeaders) {
        for (name, value) in headers {
            switch name.utf8.count {
            case 4 where name.matches("host"):
                host = value
                hostCount += 1
            case 6 where name.matches("origin"): origin = value
            case 6 where name.matches("expect"): expectation = value
            case 7 where name.matches("upgrade"): proposesUpgrade = true
            case 13 where name.matches("authorization"): authorization = value
            case 14 where name.matches("content-length"): contentLength = Int(value)
            case 14 where name.matches("sec-fetch-site"): fetchSite = value
            case 16 where name.matches("content-encoding"):
                contentEncoding = value.matches("identity") ? nil : value
            case 17 where name.matches("transfer-encoding"): isChunked = true
            case 31 where name.matches("inference-header-content-length"):
                hasBinaryTensors = true
            default: break
            }
        }
    }

    /// Whether a body follows the head.
    var hasBody: Bool { isChunked || (contentLength ?? 0) > 0 }
}

extension String {
    /// Whether the text is `other`, which is in lower case, without regard to the case of ASCII.
    fileprivate func matches(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).allSatisfy { byte, expected in
            byte == expected || (0x41...0x5A).contains(byte) && byte | 0x20 == expected
        }
    }
}
