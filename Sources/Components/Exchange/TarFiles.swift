package import Workbench

/// A tar archive as files that can be read in any order, without unpacking it.
///
/// Reads ustar, pax and GNU archives. Its index is made, and every header checked, before anything
/// is used: an archive that is cut short, or that has links, devices, absolute paths or `..`, is
/// refused whole. Contents stay in the file. Paths are compared as bytes.
package struct TarFiles: ExchangeFiles {
    package let title: String
    private let archive: any ExchangeFiles
    private let name: String
    private var places: [[UInt8]: (offset: Int64, size: Int64)] = [:]
    private var folders: [[UInt8]: [ArtifactTreeEntry]] = [:]

    /// The archive `name` in a folder.
    ///
    /// - Throws: `notFound`; `invalidInput` for what is no tar archive, and as above.
    package init(_ name: String, in folder: any ExchangeFiles) throws(BancadaError) {
        archive = folder
        self.name = name
        title = folder.title == "." ? name : folder.title + "/" + name
        guard let size = try folder.entry(at: name)?.size else {
            throw BancadaError(.notFound, "archive \(title) not found", hint: "check the path")
        }
        var reader = TarReader(title: title, size: size) {
            (offset, count) throws(BancadaError) in
            try folder.bytes(of: name, at: offset, count: count)
        }
        while let entry = try reader.next() { add(entry) }
        for key in folders.keys {
            folders[key]?.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
    }

    private mutating func add(_ entry: TarReader.Entry) {
        let path = entry.path
        let key = Array(path.joined(separator: "/").utf8)
        if entry.isFolder {
            addFolder(path[...])
        } else {
            addFolder(path.dropLast())
            let old = places.updateValue((entry.offset, entry.size), forKey: key)
            let parent = Array(path.dropLast().joined(separator: "/").utf8)
            if old != nil {
                folders[parent]?.removeAll { $0.name.utf8.elementsEqual((path.last ?? "").utf8) }
            }
            folders[parent, default: []].append(
                ArtifactTreeEntry(name: path.last ?? "", size: entry.size))
        }
    }

    /// Makes a folder and those above it.
    private mutating func addFolder(_ path: ArraySlice<String>) {
        let key = Array(path.joined(separator: "/").utf8)
        guard folders[key] == nil else { return }
        folders[key] = []
        guard let name = path.last else { return }
        addFolder(path.dropLast())
        let parent = Array(path.dropLast().joined(separator: "/").utf8)
        folders[parent, default: []].append(ArtifactTreeEntry(name: name, size: nil))
    }

    package func entries(in folder: String) throws(BancadaError) -> [ArtifactTreeEntry] {
        folders[Array(folder.utf8)] ?? []
    }

    package func entry(at path: String) throws(BancadaError) -> ArtifactTreeEntry? {
        let name = path.utf8.split(separator: 0x2F).last.map { String(Substring($0)) } ?? ""
        if let place = places[Array(path.utf8)] {
            return ArtifactTreeEntry(name: name, size: place.size)
        }
        return folders[Array(path.utf8)] == nil ? nil : ArtifactTreeEntry(name: name, size: nil)
    }

    package func bytes(
        of path: String, at offset: Int64, count: Int
    ) throws(BancadaError) -> [UInt8] {
        guard let place = places[Array(path.utf8)] else {
            throw BancadaError(.invalidInput, "\(title) has no file \(path)")
        }
        let room = max(0, place.size - offset)
        return try archive.bytes(
            of: name, at: place.offset + offset, count: Int(min(Int64(count), room)))
    }
}
