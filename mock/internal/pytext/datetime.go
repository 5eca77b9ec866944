package pytext

import (
	"strings"
	"time"
	"unicode"
)

// ParseDateTime parses a date and time as a filter of the real server does:
// django_filters.IsoDateTimeField, which calls django.utils.dateparse. Without a
// zone it is UTC, without a time midnight. It is not ok where the real server
// finds the filter invalid.
//
// Python's own parser comes first and accepts ISO 8601 but for ordinal dates;
// Django's comes second and is lenient about single digits and spaces. The only
// texts that both refuse here, while Python accepts them, have a stray character
// before the zone ("12:30x+01:00") or before a fraction ("12:30:45:5").
func ParseDateTime(s string) (t time.Time, ok bool) {
	s = Strip(s)
	if t, ok = parseISO(s); ok {
		return t, true
	}
	return parseLoose(s)
}

// parseLoose parses what Django's pattern matches: YYYY-M-D H:M[:S[.f]] [zone],
// in digits of any script.
func parseLoose(s string) (time.Time, bool) {
	c := cursor{rest: strings.Map(asciiDigit, s)}
	year := c.number(4, 4)
	c.expect("-")
	month := c.number(1, 2)
	c.expect("-")
	day := c.number(1, 2)
	c.expect("T ")
	at := timeOfDay{hour: c.number(1, 2)}
	c.expect(":")
	at.minute = c.number(1, 2)
	if c.take(":") {
		at.second = c.number(1, 2)
		if c.take(".,") {
			at.fraction = c.fraction(12)
		}
	}
	zone := c.looseZone()
	date, ok := dateOf(year, month, day)
	return newDateTime(date, at, zone, ok && c.done())
}

// looseZone parses Z, +HH, +HHMM or +HH:MM after optional white space.
func (c *cursor) looseZone() time.Duration {
	c.rest = strings.TrimLeftFunc(c.rest, isSpace)
	if c.rest == "" || c.take("Z") {
		return 0
	}
	west := strings.HasPrefix(c.rest, "-")
	c.expect("+-")
	at := timeOfDay{hour: c.number(2, 2)}
	if c.rest != "" {
		c.take(":")
		at.minute = c.number(2, 2)
	}
	if west {
		return -at.duration()
	}
	return at.duration()
}

func asciiDigit(r rune) rune {
	if r > unicode.MaxASCII {
		if digit, ok := decimalDigit(r); ok {
			return rune(digit)
		}
	}
	return r
}

// timeOfDay is a time of day, or the offset of a zone from UTC.
type timeOfDay struct {
	hour, minute, second int
	fraction             time.Duration
}

func (c timeOfDay) duration() time.Duration {
	return time.Duration(c.hour)*time.Hour + time.Duration(c.minute)*time.Minute +
		time.Duration(c.second)*time.Second + c.fraction
}

// dateOf returns a day of the calendar from year 1 to 9999.
func dateOf(year, month, day int) (time.Time, bool) {
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date, year > 0 && date.Month() == time.Month(month) && date.Day() == day
}

// newDateTime combines the parts if ok, which says that all were parsed, and if
// each is in its range. There is no leap second, no 24:00, and no zone of a day.
func newDateTime(date time.Time, at timeOfDay, zone time.Duration, ok bool) (time.Time, bool) {
	if !ok || at.hour > 23 || at.minute > 59 || at.second > 59 || zone.Abs() >= 24*time.Hour {
		return time.Time{}, false
	}
	return date.Add(at.duration() - zone), true
}

// parseISO parses what datetime.fromisoformat() of Python 3.11 and later accepts:
// a date, any one character, a time with an optional zone; or only a date.
func parseISO(s string) (time.Time, bool) {
	length := isoDateLength(s)
	if length > len(s) {
		return time.Time{}, false
	}
	date, ok := isoDate(s[:length])
	if length == len(s) {
		return date, ok
	}
	_, separator := DecodeRune(s[length:])
	text, zone, zoneOK := cutISOZone(s[length+separator:])
	at, atOK := isoClock(text)
	return newDateTime(date, at, zone, ok && atOK && zoneOK)
}

// isoDateLength returns the length of the date, judged by its first characters. A
// week date is ambiguous, because any character may separate it from the time:
// Python takes YYYY-Www-dd for a week and an hour, and tells YYYYWww from
// YYYYWwwd by the number of digits that follow, as those of a time come in pairs.
func isoDateLength(s string) int {
	switch {
	case len(s) <= 7:
		return 7
	case s[4] == '-' && s[5] != 'W':
		return len("YYYY-MM-DD")
	case s[4] == '-' && len(s) > 9 && s[8] == '-' && !(len(s) > 10 && isDigit(s[10])):
		return len("YYYY-Www-d")
	case s[4] != 'W':
		return len("YYYYMMDD") // or YYYY-Www
	}
	end := 7
	for end < len(s) && isDigit(s[end]) {
		end++
	}
	if end == 7 || end > 8 && end%2 == 0 {
		return len("YYYYWww")
	}
	return len("YYYYWwwd")
}

func isoDate(text string) (time.Time, bool) {
	c := cursor{rest: text}
	year := c.number(4, 4)
	dashes := c.take("-")
	if c.take("W") {
		week, day := c.number(2, 2), 1
		if c.rest != "" {
			c.expectIf(dashes, "-")
			day = c.number(1, 1)
		}
		date, ok := weekDate(year, week, day)
		return date, ok && c.done()
	}
	month := c.number(2, 2)
	c.expectIf(dashes, "-")
	day := c.number(2, 2)
	date, ok := dateOf(year, month, day)
	return date, ok && c.done()
}

// weekDate returns a day, 1 for Monday, of an ISO week. Week 1 has January 4.
func weekDate(year, week, day int) (time.Time, bool) {
	if year < 1 || week < 1 || day < 1 || day > 7 {
		return time.Time{}, false
	}
	inWeek1 := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC)
	sinceMonday := (int(inWeek1.Weekday()) + 6) % 7
	date := inWeek1.AddDate(0, 0, (week-1)*7+day-1-sinceMonday)
	isoYear, isoWeek := date.ISOWeek()
	return date, isoYear == year && isoWeek == week && date.Year() >= 1 && date.Year() <= 9999
}

// isoClock parses HH, HH:MM, HH:MM:SS or the same without colons. Python takes a
// fraction after any of them for one of a second.
func isoClock(text string) (at timeOfDay, ok bool) {
	c := cursor{rest: text}
	at.hour = c.number(2, 2)
	colons := strings.HasPrefix(c.rest, ":")
	for _, part := range []*int{&at.minute, &at.second} {
		if c.rest == "" || c.rest[0] == '.' || c.rest[0] == ',' {
			break
		}
		c.expectIf(colons, ":")
		*part = c.number(2, 2)
	}
	if c.take(".,") {
		at.fraction = c.fraction(len(c.rest))
	}
	return at, c.done()
}

// cutISOZone cuts the zone from the end of a time: Z, or a sign and a time.
func cutISOZone(text string) (rest string, zone time.Duration, ok bool) {
	sign := strings.IndexAny(text, "+-Z")
	if sign < 0 {
		return text, 0, true
	}
	rest, behind := text[:sign], text[sign+1:]
	if text[sign] == 'Z' {
		return rest, 0, behind == ""
	}
	at, ok := isoClock(behind)
	if text[sign] == '-' {
		return rest, -at.duration(), ok
	}
	return rest, at.duration(), ok
}

// cursor parses a text of fixed fields. After a failure it goes on, so that a
// grammar is a list of its fields; done reports failures at the end.
type cursor struct {
	rest   string
	failed bool
}

// done reports whether everything was consumed and nothing failed.
func (c *cursor) done() bool { return !c.failed && c.rest == "" }

// take consumes one of the given characters if it is next.
func (c *cursor) take(characters string) bool {
	if c.rest == "" || strings.IndexByte(characters, c.rest[0]) < 0 {
		return false
	}
	c.rest = c.rest[1:]
	return true
}

// expect consumes one of the given characters, or fails.
func (c *cursor) expect(characters string) {
	if !c.take(characters) {
		c.failed = true
	}
}

func (c *cursor) expectIf(needed bool, characters string) {
	if needed {
		c.expect(characters)
	}
}

// number parses from least to most digits.
func (c *cursor) number(least, most int) int {
	n, read := 0, 0
	for read < most && read < len(c.rest) && isDigit(c.rest[read]) {
		n = n*10 + int(c.rest[read]-'0')
		read++
	}
	if read < least {
		c.failed = true
	}
	c.rest = c.rest[read:]
	return n
}

// fraction parses one to most digits of a second. Digits beyond microseconds are
// ignored.
func (c *cursor) fraction(most int) time.Duration {
	unit, fraction := 100*time.Millisecond, time.Duration(0)
	read := 0
	for ; read < most && read < len(c.rest) && isDigit(c.rest[read]); read++ {
		if unit >= time.Microsecond {
			fraction += unit * time.Duration(c.rest[read]-'0')
			unit /= 10
		}
	}
	if read == 0 {
		c.failed = true
	}
	c.rest = c.rest[read:]
	return fraction
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
