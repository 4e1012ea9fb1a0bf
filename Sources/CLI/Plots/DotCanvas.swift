/// A field of characters on which lines are drawn: each character is one place, or two by four dots
/// of braille.
struct DotCanvas {
    /// Characters across and down.
    let columns: Int
    let rows: Int
    private let isBraille: Bool
    /// The dots of each character, as braille numbers them.
    private var dots: [UInt8]
    /// The curve that was drawn last in each character.
    private var owners: [Int?]

    init(columns: Int, rows: Int, isBraille: Bool) {
        self.columns = columns
        self.rows = rows
        self.isBraille = isBraille
        dots = Array(repeating: 0, count: columns * rows)
        owners = Array(repeating: nil, count: columns * rows)
    }

    /// Places across and down.
    var width: Int { isBraille ? columns * 2 : columns }
    var height: Int { isBraille ? rows * 4 : rows }

    /// Draws a line from one place to another for a curve; Bresenham's way.
    mutating func line(
        from start: (x: Int, y: Int), to end: (x: Int, y: Int), owner: Int
    ) {
        var (x, y) = start
        let (dx, dy) = (abs(end.x - x), -abs(end.y - y))
        let (sx, sy) = (x < end.x ? 1 : -1, y < end.y ? 1 : -1)
        var error = dx + dy
        while true {
            set(x, y, owner)
            if x == end.x, y == end.y { return }
            let doubled = 2 * error
            if doubled >= dy {
                error += dy
                x += sx
            }
            if doubled <= dx {
                error += dx
                y += sy
            }
        }
    }

    private mutating func set(_ x: Int, _ y: Int, _ owner: Int) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        let cell = isBraille ? (y / 4) * columns + x / 2 : y * columns + x
        dots[cell] |= isBraille ? Self.dot(x % 2, y % 4) : 1
        owners[cell] = owner
    }

    /// The bit of a dot: braille counts down the left column, down the right, then the last row.
    private static func dot(_ x: Int, _ y: Int) -> UInt8 {
        y == 3 ? (x == 0 ? 0x40 : 0x80) : 1 << UInt8(x * 3 + y)
    }

    /// The curve and the braille of a character; nil where nothing is drawn.
    func cell(_ column: Int, _ row: Int) -> (owner: Int, braille: Character)? {
        let index = row * columns + column
        guard let owner = owners[index],
            let scalar = Unicode.Scalar(0x2800 + UInt32(dots[index]))
        else { return nil }
        return (owner, Character(scalar))
    }
}
