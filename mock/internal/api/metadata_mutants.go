package api

import (
	"bytes"
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
)

// replaceMetadata changes the answers to OPTIONS as text.
func replaceMetadata(old, replacement string) defect {
	return changeAnswer("", func(r *mutant.Response) {
		if r.Request.Method == http.MethodOptions {
			r.Body = bytes.ReplaceAll(r.Body, []byte(old), []byte(replacement))
		}
	})
}

// metadataMutants are about what OPTIONS tells.
func metadataMutants() []mutantRow {
	const rule = "requests.methods.options_fields"
	return []mutantRow{
		{"requests.options.no_fields", "OPTIONS shows nobody what can be sent.", rule, replaceMetadata(`"actions":`, `"fields":`)},
		{"requests.options.everybody", "OPTIONS shows everybody what can be sent.", rule,
			aroundStage("level", func(c *call, next func(*call) error) error {
				if answering := len(c.out.Bytes()) > 0; answering {
					return nil // only OPTIONS asks in the midst of its answer
				}
				return next(c)
			})},
		{"requests.options.not_required", "OPTIONS says that nothing has to be sent.", rule, replaceMetadata(`"required":true`, `"required":false`)},
		{"requests.options.writable", "OPTIONS calls every field writable.", rule, replaceMetadata(`"read_only":true`, `"read_only":false`)},
		{"requests.options.types", "OPTIONS calls every address a text.", rule, replaceMetadata(`"type":"email"`, `"type":"string"`)},
		{"requests.options.lengths", "OPTIONS does not say how long a text may be.", rule, replaceMetadata(`"max_length"`, `"length"`)},
		{"requests.options.named", "OPTIONS lists a field under another name.", "requests.methods.options_count", replaceMetadata(`"verification_challenge":`, `"challenge":`)},
		{"requests.options.choices", "OPTIONS does not say what can be chosen.", rule, replaceMetadata(`"choices"`, `"options"`)},
	}
}
