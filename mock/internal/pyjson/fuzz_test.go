package pyjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// FuzzDecode holds every input against three rules: an error is one of the
// package's, what was read is written as JSON that reads back as the same bytes,
// and where encoding/json accepts the input it reads the same value.
func FuzzDecode(f *testing.F) {
	for _, c := range goldens(f) {
		if len(c.bytes()) < 1000 {
			f.Add(c.bytes())
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		value, err := pyjson.Decode(body)
		if err != nil {
			if complaint := new(pyjson.Error); !errors.As(err, &complaint) || err.Error() == "" {
				t.Fatalf("error %#v", err)
			}
			if standard, ok := decodeStandard(body); ok && !strings.HasPrefix(err.Error(), "maximum recursion") && !strings.HasPrefix(err.Error(), "Exceeds the limit") {
				t.Fatalf("refused %v: %v", standard, err)
			}
			return
		}
		if standard, ok := decodeStandard(body); ok && !reflect.DeepEqual(normal(value), standard) {
			t.Fatalf("read %#v, encoding/json reads %#v", normal(value), standard)
		}
		written := pyjson.Append(nil, value)
		if !json.Valid(written) {
			t.Fatalf("wrote %q, which is not JSON", written)
		}
		again, err := pyjson.Decode(written)
		if err != nil {
			t.Fatalf("cannot read %q, which it wrote: %v", written, err)
		}
		if rewritten := pyjson.Append(nil, again); !bytes.Equal(rewritten, written) {
			t.Fatalf("wrote %q, then %q", written, rewritten)
		}
	})
}

// decodeStandard reads with encoding/json what both libraries take alike: it
// takes the last of repeated keys too, but replaces what is not Unicode text.
func decodeStandard(body []byte) (any, bool) {
	if !utf8.Valid(body) || bytes.Contains(bytes.ToLower(body), []byte(`\ud`)) {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil || decoder.More() || !json.Valid(body) {
		return nil, false
	}
	return normal(value), true
}

// normal brings the values of both libraries into one form.
func normal(value any) any {
	switch v := value.(type) {
	case json.Number:
		return number(v)
	case int64:
		return number(json.Number(big.NewInt(v).String()))
	case *big.Int:
		return number(json.Number(v.String()))
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = normal(item)
		}
		return list
	case *pyjson.Object:
		members := make(map[string]any, v.Len())
		for key, item := range v.All() {
			members[key] = normal(item)
		}
		return members
	case map[string]any:
		members := make(map[string]any, len(v))
		for key, item := range v {
			members[key] = normal(item)
		}
		return members
	}
	return value
}

// number is a float64 for what looks like one, else the digits.
func number(n json.Number) any {
	if strings.ContainsAny(n.String(), ".eE") {
		f, _ := n.Float64()
		return f
	}
	if n == "-0" {
		return "0"
	}
	return n.String()
}

// FuzzAppendString: any bytes give one JSON string, and it holds them.
func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\\x00\x1f\x7f", "é日😀\u2028", "\xed\xa0\x80", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		written := pyjson.AppendString(nil, s)
		var read string
		if err := json.Unmarshal(written, &read); err != nil {
			t.Fatalf("wrote %q: %v", written, err)
		}
		if utf8.ValidString(s) && read != s {
			t.Fatalf("wrote %q, which reads as %q", written, read)
		}
	})
}
