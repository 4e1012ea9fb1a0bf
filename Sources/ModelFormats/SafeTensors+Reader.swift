import Documents
package import Workbench

extension SafeTensors {
    /// The longest header that is read. The format allows more, which no model here needs and
    /// which as a tree would fill the memory.
    package static let maximumHeaderCount = 16 << 20

    /// Reads a file and checks everything it says: the length of the header, types, shapes, and
    /// that the tensors lie one after the other and fill the file.
    ///
    /// - Parameter document: the file's name in messages.
    /// - Throws: `invalidInput` naming the tensor and what is wrong.
    package init(_ file: [UInt8], document: String) throws(BancadaError) {
        let header = try Self.header(file, document: document)
        let dataStart = 8 + header.count
        let node = try JSONParser.parse(Array(header), document: document)
        let root = try ObjectFields(node, document: document)
        var metadata: [String: String] = [:]
        var entries: [Entry] = []
        for member in root.members {
            if member.name == "__metadata__" {
                metadata = try Self.metadata(root)
            } else {
                entries.append(try Entry(root.object(member.name), name: member.name, document))
            }
        }
        entries.sort { ($0.start, $0.end, $0.name) < ($1.start, $1.end, $1.name) }
        var place = 0
        var tensors: [SafeTensor] = []
        for entry in entries {
            guard entry.start == place, entry.end <= file.count - dataStart else {
                throw BancadaError(
                    .invalidInput,
                    "\(document): the tensor \"\(entry.name)\" lies at \(entry.start)..<\(entry.end)"
                        + ", expected from \(place) on and within \(file.count - dataStart) bytes")
            }
            place = entry.end
            let bytes = Array(file[dataStart + entry.start..<dataStart + entry.end])
            tensors.append(
                SafeTensor(name: entry.name, type: entry.type, shape: entry.shape, bytes: bytes))
        }
        guard place == file.count - dataStart else {
            throw BancadaError(
                .invalidInput,
                "\(document) has \(file.count - dataStart - place) bytes that belong to no tensor")
        }
        try self.init(tensors: tensors, metadata: metadata)
    }

    private static func header(
        _ file: [UInt8], document: String
    ) throws(BancadaError) -> ArraySlice<UInt8> {
        guard file.count >= 8 else {
            throw BancadaError(
                .invalidInput,
                "\(document) has \(file.count) bytes, expected a safetensors file")
        }
        var length: UInt64 = 0
        for byte in file[..<8].reversed() { length = length << 8 | UInt64(byte) }
        guard length <= maximumHeaderCount, Int(length) <= file.count - 8 else {
            throw BancadaError(
                .invalidInput,
                "\(document) says that its header has \(length) bytes, of \(file.count) in all",
                hint: "check that the file is complete and a safetensors file")
        }
        return file[8..<8 + Int(length)]
    }

    private static func metadata(_ root: ObjectFields) throws(BancadaError) -> [String: String] {
        let object = try root.object("__metadata__")
        var texts: [String: String] = [:]
        for member in object.members { texts[member.name] = try object.string(member.name) }
        return texts
    }

    /// What the header says of a tensor.
    private struct Entry {
        let name: String
        let type: SafeTensorType
        let shape: [Int]
        let start: Int
        let end: Int

        init(_ object: ObjectFields, name: String, _ document: String) throws(BancadaError) {
            try object.refuseUnknown(known: ["dtype", "shape", "data_offsets"])
            let typeName = try object.string("dtype")
            guard let type = SafeTensorType(rawValue: typeName) else {
                throw object.invalid("dtype", "is \"\(typeName)\", which is not supported")
            }
            shape = try Self.sizes("shape", object)
            let offsets = try Self.sizes("data_offsets", object)
            guard offsets.count == 2, offsets[0] <= offsets[1] else {
                throw object.invalid("data_offsets", "is not a start and an end")
            }
            var count = type.size
            for size in shape {
                let (product, overflow) = count.multipliedReportingOverflow(by: size)
                guard !overflow else { throw object.invalid("shape", "is too large") }
                count = product
            }
            guard count == offsets[1] - offsets[0] else {
                throw object.invalid(
                    "data_offsets",
                    "holds \(offsets[1] - offsets[0]) bytes, expected \(count) by type and shape")
            }
            self.name = name
            self.type = type
            start = offsets[0]
            end = offsets[1]
        }

        private static func sizes(
            _ name: String, _ object: ObjectFields
        ) throws(BancadaError) -> [Int] {
            var sizes: [Int] = []
            for item in try object.array(name) {
                guard case .integer(let size) = item.value, size >= 0,
                    let count = Int(exactly: size)
                else { throw object.invalid(name, "holds something that is no size") }
                sizes.append(count)
            }
            return sizes
        }
    }
}
