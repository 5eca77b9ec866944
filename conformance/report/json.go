package report

import (
	_ "embed"
	"encoding/json"
	"io"
)

//go:embed report.schema.json
var reportSchema []byte

// ReportSchema is the JSON Schema of what [Report.WriteJSON] writes.
func ReportSchema() []byte { return reportSchema }

// WriteJSON writes the report as one indented JSON object, whose form the schema
// describes.
func (r *Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
