package import Workbench

/// Moments and durations as protobuf's JSON writes them: `2026-11-24T18:31:19.312Z`, `0.061s`.
package enum ProtobufTime {
    /// The text of a moment.
    package static func text(of time: Timestamp) -> String {
        let seconds = HTTPDate.floorDivide(time.milliseconds, 1_000)
        let fraction = time.milliseconds - seconds * 1_000
        let days = HTTPDate.floorDivide(seconds, 86_400)
        let inDay = seconds - days * 86_400
        let (year, month, day) = HTTPDate.civil(days)
        let date = [padded(Int64(year), 4), padded(Int64(month), 2), padded(Int64(day), 2)]
        let clock = [inDay / 3_600, inDay / 60 % 60, inDay % 60].map { padded($0, 2) }
        let end = fraction == 0 ? "Z" : ".\(padded(fraction, 3))Z"
        return date.joined(separator: "-") + "T" + clock.joined(separator: ":") + end
    }

    /// The text of a duration in milliseconds.
    package static func text(ofMilliseconds duration: Int64) -> String {
        let (seconds, fraction) = duration.magnitude.quotientAndRemainder(dividingBy: 1_000)
        let sign = duration < 0 ? "-" : ""
        return fraction == 0
            ? "\(sign)\(seconds)s" : "\(sign)\(seconds).\(padded(Int64(fraction), 3))s"
    }

    /// The moment that `text` spells; nil for none. What is finer than a millisecond is cut.
    package static func time(_ text: String) -> Timestamp? {
        var rest = Array(text.utf8)[...]
        guard let year = number(&rest, 4), take("-", &rest), let month = number(&rest, 2),
            take("-", &rest), let day = number(&rest, 2), take("T", &rest) || take("t", &rest),
            let hour = number(&rest, 2), take(":", &rest), let minute = number(&rest, 2),
            take(":", &rest), let second = number(&rest, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let fraction = take(".", &rest) ? milliseconds(&rest) : 0
        guard let fraction, let offset = offset(&rest), rest.isEmpty else { return nil }
        let date = days(year, month, day)
        let minutes = (date * 24 + hour) * 60 + minute - offset
        return Timestamp(milliseconds: (minutes * 60 + second) * 1_000 + fraction)
    }

    /// The duration that `text` spells, in milliseconds; nil for none.
    package static func milliseconds(_ text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        let isNegative = take("-", &rest)
        var seconds: Int64 = 0
        var count = 0
        while let digit = digit(&rest) {
            count += 1
            guard count <= 12 else { return nil }
            seconds = seconds * 10 + digit
        }
        let fraction = take(".", &rest) ? milliseconds(&rest) : 0
        guard count > 0, let fraction, take("s", &rest), rest.isEmpty else { return nil }
        return (seconds * 1_000 + fraction) * (isNegative ? -1 : 1)
    }

    // MARK: - Parts

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func take(_ character: Character, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard let first = rest.first, first == character.asciiValue else { return false }
        rest.removeFirst()
        return true
    }

    private static func digit(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
        rest.removeFirst()
        return Int64(first - 0x30)
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ digits: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit(&rest) else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// The first three of one to nine digits.
    private static func milliseconds(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        var number: Int64 = 0
        var count = 0
        while let digit = digit(&rest) {
            if count < 3 { number = number * 10 + digit }
            count += 1
        }
        guard (1...9).contains(count) else { return nil }
        for _ in count..<max(count, 3) { number *= 10 }
        return number
    }

    /// Minutes east of UTC.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if take("Z", &rest) || take("z", &rest) { return 0 }
        let isWest = take("-", &rest)
        guard isWest || take("+", &rest), let hours = number(&rest, 2), take(":", &rest),
            let minutes = number(&rest, 2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }

    /// The days since 1970 of a date in the Gregorian calendar, by years that begin on 1 March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = HTTPDate.floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
