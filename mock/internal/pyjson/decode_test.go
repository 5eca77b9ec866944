package pyjson_test

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// golden is what CPython made of a body.
type golden struct {
	Body  string
	Hex   string // instead of Body, when that is not UTF-8
	Repr  string
	JSON  string
	Error string
}

func (c golden) bytes() []byte {
	if c.Hex == "" {
		return []byte(c.Body)
	}
	body, err := hex.DecodeString(c.Hex)
	if err != nil {
		panic(err)
	}
	return body
}

func goldens(t testing.TB) (cases []golden) {
	t.Helper()
	file, err := os.Open("testdata/decode.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c golden
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil || len(cases) == 0 {
		t.Fatal("no cases; ", err)
	}
	return cases
}

func TestDecodeAsCPythonDoes(t *testing.T) {
	for _, c := range goldens(t) {
		value, err := pyjson.Decode(c.bytes())
		switch {
		case err != nil && err.Error() != c.Error:
			t.Errorf("%.200q: error %q, CPython has %q", c.bytes(), err, c.Error)
		case err == nil && c.Error != "":
			t.Errorf("%.200q: %s, CPython has error %q", c.bytes(), pytext.Repr(value), c.Error)
		case err == nil && pytext.Repr(value) != c.Repr:
			t.Errorf("%.200q: %s, CPython has %s", c.bytes(), pytext.Repr(value), c.Repr)
		}
	}
}

func TestAppendAsTheRendererDoes(t *testing.T) {
	for _, c := range goldens(t) {
		if c.Error != "" {
			continue
		}
		value, err := pyjson.Decode(c.bytes())
		if err != nil {
			continue // the other test says so
		}
		if got := string(pyjson.Append(nil, value)); got != c.JSON {
			t.Errorf("%.200q: %s, the renderer writes %s", c.bytes(), got, c.JSON)
		}
	}
}
