package world

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// What JSON shows of the types of fields.

func moment(t time.Time) any { return t.UTC().Format(time.RFC3339Nano) }

func optMoment(t *time.Time) any {
	if t == nil {
		return nil
	}
	return moment(*t)
}

func optional[V any](value *V) any {
	if value == nil {
		return nil
	}
	return *value
}

// nullable shows the zero value, which stands for nothing, as null.
func nullable[V comparable](value V) any {
	var none V
	if value == none {
		return nil
	}
	return value
}

// items shows a list that may be nil as one that is empty.
func items[V any](values []V) any { return append([]V{}, values...) }

// raw shows JSON as it is; nothing is null.
func raw(text []byte) any {
	if len(text) == 0 {
		return nil
	}
	return json.RawMessage(text)
}

// fingerprint names a secret without betraying it.
func fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:6])
}
