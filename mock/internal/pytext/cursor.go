package pytext

import (
	"strings"
	"time"
)

// cursor reads a text of fixed fields. After a failure it goes on, so that a
// grammar reads as a list of its fields; done tells at the end.
type cursor struct {
	rest   string
	failed bool
}

// done tells whether everything was read and nothing failed.
func (c *cursor) done() bool { return !c.failed && c.rest == "" }

// take reads one of the given characters if it stands here.
func (c *cursor) take(characters string) bool {
	if c.rest == "" || strings.IndexByte(characters, c.rest[0]) < 0 {
		return false
	}
	c.rest = c.rest[1:]
	return true
}

// expect reads one of the given characters, which has to stand here.
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

// number reads from least to most digits.
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

// fraction reads one to most digits of a second. Beyond microseconds they do
// not count.
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
