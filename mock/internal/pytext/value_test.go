package pytext_test

import (
	"math"
	"math/big"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

func decode(t *testing.T, body string) any {
	t.Helper()
	value, err := pyjson.Decode([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestTextFormsOfValues(t *testing.T) {
	for name, c := range map[string]struct{ body, typeName, str, repr string }{
		"null":          {`null`, "NoneType", "None", "None"},
		"true":          {`true`, "bool", "True", "True"},
		"false":         {`false`, "bool", "False", "False"},
		"int":           {`-7`, "int", "-7", "-7"},
		"big int":       {`123456789012345678901234567890`, "int", "123456789012345678901234567890", "123456789012345678901234567890"},
		"whole float":   {`1.0`, "float", "1.0", "1.0"},
		"large float":   {`1e22`, "float", "1e+22", "1e+22"},
		"infinity":      {`1e999`, "float", "inf", "inf"},
		"str":           {`"it's"`, "str", "it's", `"it's"`},
		"empty str":     {`""`, "str", "", "''"},
		"empty list":    {`[]`, "list", "[]", "[]"},
		"list":          {`[1, "a", null, [true]]`, "list", "[1, 'a', None, [True]]", "[1, 'a', None, [True]]"},
		"empty dict":    {`{}`, "dict", "{}", "{}"},
		"dict":          {`{"b": 1, "a": {"x": "\n"}}`, "dict", `{'b': 1, 'a': {'x': '\n'}}`, `{'b': 1, 'a': {'x': '\n'}}`},
		"repeated keys": {`{"b": 1, "a": 2, "b": 3}`, "dict", "{'b': 3, 'a': 2}", "{'b': 3, 'a': 2}"},
		"surrogate":     {`"\ud800"`, "str", "\xed\xa0\x80", `'\ud800'`},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			value := decode(t, c.body)
			g.Expect(pytext.TypeName(value)).To(Equal(c.typeName))
			g.Expect(pytext.Str(value)).To(Equal(c.str))
			g.Expect(pytext.Repr(value)).To(Equal(c.repr))
		})
	}
}

func TestTextFormsOfOtherValuesNameTheirType(t *testing.T) {
	type upload struct{}
	g := NewWithT(t)
	g.Expect(pytext.TypeName(upload{})).To(Equal("pytext_test.upload"))
	g.Expect(pytext.Str(upload{})).To(Equal("<pytext_test.upload object>"))
}

func TestParseIntGivesTheSmallestType(t *testing.T) {
	for text, want := range map[string]any{
		"9223372036854775807":  int64(math.MaxInt64),
		"-9223372036854775808": int64(math.MinInt64),
		"9223372036854775808":  new(big.Int).Lsh(big.NewInt(1), 63),
		"x":                    nil,
	} {
		t.Run(text, func(t *testing.T) {
			g := NewWithT(t)
			number, ok := pytext.ParseInt(text)
			g.Expect(ok).To(Equal(want != nil))
			if want == nil {
				g.Expect(number).To(BeNil())
			} else {
				g.Expect(number).To(Equal(want))
			}
		})
	}
}
