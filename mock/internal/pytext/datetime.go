package pytext

import (
	"strings"
	"time"
	"unicode"
)

// ParseDateTime reads a date and time as a filter of the real server does:
// django_filters.IsoDateTimeField, which asks django.utils.dateparse. Without a
// zone it is UTC, without a time midnight. It is not ok where the real server
// finds the filter invalid.
//
// Python's own parser comes first and knows ISO 8601 but for ordinal dates;
// Django's comes second and is generous with single digits and spaces. The only
// texts that both refuse here, while Python reads them, have a stray character
// before the zone ("12:30x+01:00") or before a fraction ("12:30:45:5").
func ParseDateTime(s string) (t time.Time, ok bool) {
	s = Strip(s)
	if t, ok = parseISO(s); ok {
		return t, true
	}
	return parseLoose(s)
}

// parseLoose reads what Django's pattern does: YYYY-M-D H:M[:S[.f]] [zone], in
// digits of any script.
func parseLoose(s string) (time.Time, bool) {
	c := cursor{rest: strings.Map(asciiDigit, s)}
	year := c.number(4, 4)
	c.expect("-")
	month := c.number(1, 2)
	c.expect("-")
	day := c.number(1, 2)
	c.expect("T ")
	at := clock{hour: c.number(1, 2)}
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
	return combine(date, at, zone, ok && c.done())
}

// looseZone reads Z, +HH, +HHMM or +HH:MM behind optional white space.
func (c *cursor) looseZone() time.Duration {
	c.rest = strings.TrimLeftFunc(c.rest, isSpace)
	if c.rest == "" || c.take("Z") {
		return 0
	}
	west := strings.HasPrefix(c.rest, "-")
	c.expect("+-")
	at := clock{hour: c.number(2, 2)}
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

// clock is a time of day, or how far a zone is from UTC.
type clock struct {
	hour, minute, second int
	fraction             time.Duration
}

func (c clock) duration() time.Duration {
	return time.Duration(c.hour)*time.Hour + time.Duration(c.minute)*time.Minute +
		time.Duration(c.second)*time.Second + c.fraction
}

// dateOf is a day of the calendar from year 1 to 9999.
func dateOf(year, month, day int) (time.Time, bool) {
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date, year > 0 && date.Month() == time.Month(month) && date.Day() == day
}

// combine puts the parts together when ok says that all of them were read and
// each is in its range. There is no leap second, no 24:00, and no zone of a day.
func combine(date time.Time, at clock, zone time.Duration, ok bool) (time.Time, bool) {
	if !ok || at.hour > 23 || at.minute > 59 || at.second > 59 || zone.Abs() >= 24*time.Hour {
		return time.Time{}, false
	}
	return date.Add(at.duration() - zone), true
}
