package pytext

import (
	"strings"
	"time"
)

// parseISO reads what datetime.fromisoformat() of Python 3.11 and later does: a
// date, any one character, a time with an optional zone; or only a date.
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
	return combine(date, at, zone, ok && atOK && zoneOK)
}

// isoDateLength tells where the date ends, from its first characters. A week
// date is ambiguous, because anything may separate it from the time: Python
// takes YYYY-Www-dd for a week and an hour, and tells YYYYWww from YYYYWwwd by
// the digits that follow, as those of a time come in pairs.
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

// weekDate is a day, 1 for Monday, of an ISO week. Week 1 has January 4.
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

// isoClock reads HH, HH:MM, HH:MM:SS or the same without colons. Python takes a
// fraction behind any of them for one of a second.
func isoClock(text string) (at clock, ok bool) {
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
