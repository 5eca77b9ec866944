package fault

import (
	"encoding/json"
	"errors"
	"math"
	"time"
)

// Duration is a [time.Duration] that JSON shows as text, such as "200ms". It also
// reads a number of seconds.
type Duration time.Duration

// longest is how long anything may be made to take.
const longest = time.Hour

// String is the text of [time.Duration].
func (d Duration) String() string { return time.Duration(d).String() }

// MarshalJSON shows the text.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads a text or a number of seconds.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var seconds float64
	if json.Unmarshal(data, &seconds) == nil {
		nanoseconds := seconds * float64(time.Second)
		if math.Abs(nanoseconds) > math.MaxInt64/2 {
			return errors.New(wantDuration)
		}
		*d = Duration(nanoseconds)
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return errors.New(wantDuration)
	}
	parsed, err := time.ParseDuration(text)
	*d = Duration(parsed)
	return err
}

const wantDuration = `want a duration such as "200ms" or a number of seconds`

// outside tells whether d is no time that a call can take.
func (d Duration) outside() bool { return d < 0 || time.Duration(d) > longest }
