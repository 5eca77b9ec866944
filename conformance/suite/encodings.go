package suite

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
)

// encodings are the forms in which a value may turn up: as it is, quoted for JSON,
// HTML and Go, escaped for URLs, once or twice, in hexadecimal, and in base64, also
// in the middle of a longer text.
func encodings(value string) []string {
	quoted, _ := json.Marshal(value) // a text always can be
	forms := []string{
		value, string(quoted[1 : len(quoted)-1]), plainJSON(value), asciiJSON(value),
		html.EscapeString(value), strings.Trim(fmt.Sprintf("%q", value), `"`),
		hex.EncodeToString([]byte(value)), strings.ToUpper(hex.EncodeToString([]byte(value))),
	}
	for _, escaped := range []string{url.QueryEscape(value), url.PathEscape(value), everyByte(value)} {
		forms = append(forms, escaped, lowerEscapes(escaped), url.QueryEscape(escaped))
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		forms = append(forms, inBase64(encoding, value)...)
	}
	kept := forms[:0]
	for _, form := range forms {
		if len(form) >= minSecret {
			kept = append(kept, form)
		}
	}
	return kept
}

// plainJSON quotes as most languages do, which leave &, < and > alone.
func plainJSON(value string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	return strings.Trim(strings.TrimSuffix(b.String(), "\n"), `"`)
}

// asciiJSON quotes as Python does, everything else than ASCII by number.
func asciiJSON(value string) string {
	var b strings.Builder
	for _, r := range plainJSON(value) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// everyByte escapes each byte of a URL, also those that need it not.
func everyByte(value string) string {
	var b strings.Builder
	for _, c := range []byte(value) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// lowerEscapes writes %2F as %2f.
func lowerEscapes(escaped string) string {
	parts := strings.Split(escaped, "%")
	for i := 1; i < len(parts); i++ {
		if len(parts[i]) >= 2 {
			parts[i] = strings.ToLower(parts[i][:2]) + parts[i][2:]
		}
	}
	return strings.Join(parts, "%")
}

// inBase64 are the characters that a value has in base64 at each of the three
// places where it may begin, without those that its neighbours change.
func inBase64(encoding *base64.Encoding, value string) []string {
	forms := []string{encoding.EncodeToString([]byte(value))}
	for before := range 3 {
		encoded := encoding.EncodeToString(append(make([]byte, before), value...))
		first := (before*8 + 5) / 6 // the characters that hold bits of what stands before
		last := (before + len(value)) * 8 / 6
		if last > first {
			forms = append(forms, encoded[first:last])
		}
	}
	return forms
}
