package import Workbench

/// The `Date` field, made anew once a second (RFC 9110, section 5.6.7).
package struct HTTPDate {
    private var second: Int64 = .min
    private var text = ""

    /// A field that has no text yet.
    package init() {}

    /// The text of `now`, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    package mutating func text(at now: Timestamp) -> String {
        let current = Self.floorDivide(now.milliseconds, 1_000)
        if current != second {
            second = current
            text = Self.format(current)
        }
        return text
    }

    /// `seconds` since 1970 in words.
    private static func format(_ seconds: Int64) -> String {
        let days = floorDivide(seconds, 86_400)
        let inDay = seconds - days * 86_400
        let (year, month, day) = civil(days)
        // 1970-01-01 was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][
            Int(days - floorDivide(days, 7) * 7)]
        let name = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][month - 1]
        let time = [inDay / 3_600, inDay / 60 % 60, inDay % 60].map(twoDigits)
            .joined(separator: ":")
        return "\(weekday), \(twoDigits(Int64(day))) \(name) \(year) \(time) GMT"
    }

    /// The date `days` after 1970-01-01 in the proleptic Gregorian calendar, by eras of 400 years
    /// that begin on 1 March, so that the leap day is the last day of a year.
    static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let inEra = shifted - era * 146_097
        let yearOfEra = (inEra - inEra / 1_460 + inEra / 36_524 - inEra / 146_096) / 365
        let dayOfYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(day))
    }

    /// The quotient rounded down.
    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private static func twoDigits(_ value: Int64) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }
}
