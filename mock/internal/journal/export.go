package journal

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Format is an export format for entries.
type Format struct {
	Name        string
	ContentType string
	Extension   string // of a file, with its dot
	write       func(io.Writer, []*Entry) error
}

// Formats are all formats.
var Formats = []Format{
	{"har", "application/json; charset=utf-8", ".har", writeHAR},
	{"curl", "text/plain; charset=utf-8", ".sh", writeCurl},
	{"ndjson", "application/x-ndjson; charset=utf-8", ".ndjson", writeNDJSON},
}

// ParseFormat returns the format with a name.
func ParseFormat(name string) (Format, error) {
	names := make([]string, len(Formats))
	for i, format := range Formats {
		if format.Name == name {
			return format, nil
		}
		names[i] = format.Name
	}
	return Format{}, fmt.Errorf("format: %q is not known here; send one of %s", name, strings.Join(names, ", "))
}

// Write writes entries in the given order. Oldest first, as returned by
// [Journal.Select], they can be replayed.
func (f Format) Write(w io.Writer, entries []*Entry) error { return f.write(w, entries) }

// writeNDJSON writes the [Detail] of each entry as a line.
func writeNDJSON(w io.Writer, entries []*Entry) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, e := range entries {
		if err := encoder.Encode(e.Detail()); err != nil {
			return err
		}
	}
	return nil
}

// writeCurl writes a command for each entry, separated by empty lines.
func writeCurl(w io.Writer, entries []*Entry) error {
	for i, e := range entries {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		if _, err := io.WriteString(w, e.Curl()+"\n"); err != nil {
			return err
		}
	}
	return nil
}
