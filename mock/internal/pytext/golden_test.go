package pytext_test

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// golden is a case of testdata: what was given and what CPython made of it.
// Package pyjson reads it, because it keeps lone surrogates.
type golden struct {
	t      testing.TB
	fields *pyjson.Object
}

func (c golden) field(key string) any {
	value, ok := c.fields.Get(key)
	if !ok {
		c.t.Fatalf("no %q in %s", key, pyjson.Append(nil, c.fields))
	}
	return value
}

func (c golden) text(key string) string { return c.field(key).(string) }

func goldens(t testing.TB, name string) (cases []golden) {
	t.Helper()
	file, err := os.Open("testdata/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields, err := pyjson.Decode(lines.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, golden{t, fields.(*pyjson.Object)})
	}
	if err := lines.Err(); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, error %v", len(cases), err)
	}
	return cases
}

func TestStringsAsCPythonHasThem(t *testing.T) {
	for _, c := range goldens(t, "strings") {
		text := c.text("text")
		if got, want := pytext.Repr(text), c.text("repr"); got != want {
			t.Errorf("Repr(%q) = %s, CPython has %s", text, got, want)
		}
		if got, want := pytext.Strip(text), c.text("strip"); got != want {
			t.Errorf("Strip(%q) = %q, CPython has %q", text, got, want)
		}
		if got, want := int64(pytext.Len(text)), c.field("len"); got != want {
			t.Errorf("Len(%q) = %d, CPython has %d", text, got, want)
		}
		if got := pytext.Str(text); got != text {
			t.Errorf("Str(%q) = %q", text, got)
		}
	}
}

func TestFloatsAsCPythonHasThem(t *testing.T) {
	for _, c := range goldens(t, "floats") {
		want := c.text("repr")
		f, err := strconv.ParseFloat(want, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got := pytext.Repr(f); got != want {
			t.Errorf("Repr(%g) = %s, CPython has %s", f, got, want)
		}
	}
}

func TestParseIntAsCPythonDoes(t *testing.T) {
	for _, c := range goldens(t, "integers") {
		text := c.text("text")
		number, ok := pytext.ParseInt(text)
		var got any
		if ok {
			got = fmt.Sprint(number)
		}
		if want := c.field("int"); got != want {
			t.Errorf("ParseInt(%.200q) = %.50v, CPython has %.50v", text, got, want)
		}
		if n, isBig := number.(*big.Int); isBig && n.IsInt64() {
			t.Errorf("ParseInt(%q) is a *big.Int that fits an int64", text)
		}
	}
}

func TestParseQueryAsQueryDictDoes(t *testing.T) {
	for _, c := range goldens(t, "queries") {
		raw := rawQuery(c)
		var want []pytext.Pair
		for _, pair := range c.field("pairs").([]any) {
			want = append(want, pytext.Pair{Key: pair.([]any)[0].(string), Value: pair.([]any)[1].(string)})
		}
		pairs := pytext.ParseQuery(raw)
		if !slices.Equal(pairs, want) {
			t.Errorf("ParseQuery(%q) = %q, CPython has %q", raw, pairs, want)
		}
		if got, want := pytext.EncodeQuery(pairs), c.text("encoded"); got != want {
			t.Errorf("EncodeQuery(%q) = %s, CPython has %s", pairs, got, want)
		}
		if !slices.Equal(pairs, want) {
			t.Errorf("EncodeQuery changed what ParseQuery(%q) gave", raw)
		}
	}
}

func rawQuery(c golden) string {
	encoded, isHex := c.fields.Get("hex")
	if !isHex {
		return c.text("raw")
	}
	raw, err := hex.DecodeString(encoded.(string))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(raw)
}

func TestParseDateTimeAsDjangoDoes(t *testing.T) {
	for _, c := range goldens(t, "datetimes") {
		text := c.text("text")
		var got any
		if moment, ok := pytext.ParseDateTime(text); ok {
			got = moment.Format("2006-01-02T15:04:05.000000Z07:00")
			if moment.Location() != time.UTC {
				t.Errorf("ParseDateTime(%q) is in %v", text, moment.Location())
			}
		}
		if want := c.field("utc"); got != want {
			t.Errorf("ParseDateTime(%q) = %v, Django has %v", text, got, want)
		}
	}
}

func TestValidEmailAsDjangoHasIt(t *testing.T) {
	for _, c := range goldens(t, "emails") {
		text := c.text("text")
		if got, want := pytext.ValidEmail(text), c.field("valid"); got != want {
			t.Errorf("ValidEmail(%q) = %v, Django has %v", text, got, want)
		}
	}
}
