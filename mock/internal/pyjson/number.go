package pyjson

import (
	"math/big"
	"strconv"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// number reads the longest number that stands here. What follows it, like the
// "x" of "1x" or the "." of "1.", is not its concern.
func (d *decoder) number() (any, error) {
	start := d.pos
	if d.take("-") && d.take("Infinity") {
		return nil, notCompliant("-Infinity")
	}
	if !d.take("0") && !d.digits() {
		return nil, d.errorAt(start, "Expecting value")
	}
	whole := d.pos
	d.fraction()
	d.exponent()
	if d.pos == whole {
		return integer(d.text[start:whole])
	}
	f, _ := strconv.ParseFloat(d.text[start:d.pos], 64) // out of range is an infinity, as in Python
	return f, nil
}

// digits reads digits and tells whether there were any.
func (d *decoder) digits() bool {
	start := d.pos
	for d.pos < len(d.text) && d.text[d.pos] >= '0' && d.text[d.pos] <= '9' {
		d.pos++
	}
	return d.pos > start
}

func (d *decoder) fraction() {
	back := d.pos
	if d.take(".") && !d.digits() {
		d.pos = back
	}
}

func (d *decoder) exponent() {
	back := d.pos
	if !d.take("e") && !d.take("E") {
		return
	}
	if !d.take("-") {
		d.take("+")
	}
	if !d.digits() {
		d.pos = back
	}
}

func integer(text string) (any, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	digits := len(text)
	if text[0] == '-' {
		digits--
	}
	if digits > pytext.MaxDigits {
		return nil, tooManyDigits(digits)
	}
	n, _ := new(big.Int).SetString(text, 10)
	return n, nil
}
