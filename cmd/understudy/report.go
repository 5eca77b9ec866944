package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/understudy-dev/understudy/conformance"
)

// reportCommand works on the logs of earlier runs, without any target.
type reportCommand struct {
	Render reportRenderCommand `cmd:"" help:"Make reports of the log of a run."`
	Merge  reportMergeCommand  `cmd:"" help:"Make one run of the logs of its shards."`
	Schema reportSchemaCommand `cmd:"" help:"Print the JSON Schema of reports in JSON."`
}

// reportFlags name the files of reports; - is standard output.
type reportFlags struct {
	JSON     string `name:"json" env:"-" placeholder:"FILE" help:"Write the report as JSON; - is standard output, as below."`
	JUnit    string `name:"junit" env:"-" placeholder:"FILE" help:"Write it as JUnit XML."`
	HTML     string `name:"html" env:"-" placeholder:"FILE" help:"Write it as one page of HTML."`
	Markdown string `name:"markdown" env:"-" placeholder:"FILE" help:"Write it as Markdown."`
	Text     string `name:"text" env:"-" placeholder:"FILE" help:"Write it as text. Without any of these flags it is printed so."`
}

func (f *reportFlags) write(r *conformance.Report, out io.Writer) error {
	written := false
	for _, s := range []reportFile{
		{"json", f.JSON}, {"junit", f.JUnit}, {"html", f.HTML}, {"markdown", f.Markdown}, {"text", f.Text},
	} {
		var err error
		switch s.file {
		case "":
			continue
		case "-":
			err = formats[s.format](r, out)
		default:
			err = s.write(r)
		}
		if err != nil {
			return err
		}
		written = true
	}
	if written {
		return nil
	}
	return r.WriteText(out)
}

type reportRenderCommand struct {
	Logs string `arg:"" name:"log" placeholder:"LOG" help:"What 'understudy verify --log' wrote."`
	reportFlags
}

// Help is shown below the flags.
func (reportRenderCommand) Help() string {
	return `The reports are those that the run itself would have written. Exit status: 0 they are
written, whatever they say; 2 the log is none.

Examples:
  understudy report render run.ndjson
  understudy report render run.ndjson --html report.html --junit report.xml`
}

// Run makes the reports.
func (cmd *reportRenderCommand) Run(std streams) error {
	events, err := readLog(cmd.Logs)
	if err != nil {
		return err
	}
	report, err := conformance.Summarise(events)
	if err != nil {
		return fmt.Errorf("%s: %w", cmd.Logs, err)
	}
	return cmd.write(report, std.out)
}

type reportMergeCommand struct {
	Logs   []string `arg:"" name:"log" placeholder:"LOG" help:"What the shards wrote with --log."`
	Output string   `short:"o" env:"-" placeholder:"FILE" help:"Write the merged log."`
	reportFlags
}

// Help is shown below the flags.
func (reportMergeCommand) Help() string {
	return `Logs of different suites, targets or revisions are refused, a shard that is given twice,
and scenarios that more than one of them has run. A shard that is missing is named. Exit
status: that of the whole run, as 'understudy verify' would end; 2 when a shard is missing.

Examples:
  understudy report merge shard-*.ndjson --html report.html
  understudy report merge shard-1.ndjson shard-2.ndjson --output run.ndjson`
}

// Run merges the logs.
func (cmd *reportMergeCommand) Run(std streams) error {
	logs := make([][]conformance.Event, len(cmd.Logs))
	for i, name := range cmd.Logs {
		var err error
		if logs[i], err = readLog(name); err != nil {
			return err
		}
	}
	merged, err := conformance.Merge(logs...)
	if err != nil {
		return fmt.Errorf("%w; the logs are, from 1: %s", err, strings.Join(cmd.Logs, ", "))
	}
	report, err := conformance.Summarise(merged)
	if err != nil {
		return err
	}
	if cmd.Output != "" {
		if err := writeFile(cmd.Output, func(w io.Writer) error { return conformance.WriteLog(w, merged) }); err != nil {
			return err
		}
	}
	if err := cmd.write(report, std.out); err != nil {
		return err
	}
	return reportError(report)
}

type reportSchemaCommand struct{}

// Run prints the schema.
func (reportSchemaCommand) Run(std streams) error {
	_, err := std.out.Write(conformance.ReportSchema())
	return err
}

func readLog(name string) ([]conformance.Event, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	events, err := conformance.ReadLog(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return events, nil
}

// formats are the forms of a report, by their names in flags.
var formats = map[string]func(*conformance.Report, io.Writer) error{
	"json":     (*conformance.Report).WriteJSON,
	"junit":    (*conformance.Report).WriteJUnit,
	"html":     (*conformance.Report).WriteHTML,
	"markdown": (*conformance.Report).WriteMarkdown,
	"text":     (*conformance.Report).WriteText,
}

// reportFile is a report file.
type reportFile struct{ format, file string }

func (f reportFile) write(r *conformance.Report) error {
	return writeFile(f.file, func(w io.Writer) error { return formats[f.format](r, w) })
}

// parseReportFlags refuses unknown formats and missing folders before anything runs. It
// opens no file.
func parseReportFlags(flags []string) (list []reportFile, err error) {
	for _, text := range flags {
		name, file, ok := strings.Cut(text, "=")
		if _, known := formats[name]; !ok || !known || file == "" {
			return nil, fmt.Errorf("--report %s: want json=FILE, junit=FILE, html=FILE, markdown=FILE or text=FILE", text)
		}
		if _, err := os.Stat(filepath.Dir(file)); err != nil {
			return nil, fmt.Errorf("--report %s: the folder is not there: %w", text, err)
		}
		list = append(list, reportFile{name, file})
	}
	return list, nil
}

// writeFile creates a file and writes it. An error of closing is one of writing.
func writeFile(file string, write func(io.Writer) error) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	return write(f)
}

// logFile is the file of --log. Without a name, events go nowhere.
type logFile struct {
	write  func(conformance.Event)
	file   *os.File
	failed func() error
}

// openLog creates the file at once: a run whose log cannot be kept does not begin.
// Only its owner can read it.
func openLog(name string) (*logFile, error) {
	if name == "" {
		return &logFile{}, nil
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("--log: %w", err)
	}
	l := &logFile{file: f}
	l.write, l.failed = conformance.LogWriter(f)
	return l, nil
}

func (l *logFile) close() error {
	if l.file == nil {
		return nil
	}
	return errors.Join(l.failed(), l.file.Close())
}

// reportError returns the error that a command ends with after a report.
func reportError(r *conformance.Report) error {
	switch status, _ := r.Exit(); status {
	case conformance.ExitFine:
		return nil
	case conformance.ExitBroken:
		return errFailed
	default:
		return errUnknown
	}
}

func readEarlierReport(file string) (*conformance.Earlier, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	earlier, err := conformance.ReadEarlier(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return earlier, nil
}
