package main

import (
	"fmt"
	"io"
	"os"

	"github.com/understudy-dev/understudy/conformance"
)

// reportCommand works on the logs of earlier runs, without any target.
type reportCommand struct {
	Render reportRenderCommand `cmd:"" help:"Make reports of the log of a run."`
	Merge  reportMergeCommand  `cmd:"" help:"Make one run of the logs of its shards."`
	Schema reportSchemaCommand `cmd:"" help:"Print the JSON Schema of reports in JSON."`
}

// reportFiles are where reports go; - is standard output.
type reportFiles struct {
	JSON     string `name:"json" env:"-" placeholder:"FILE" help:"Write the report as JSON; - is standard output, as below."`
	JUnit    string `name:"junit" env:"-" placeholder:"FILE" help:"Write it as JUnit XML."`
	HTML     string `name:"html" env:"-" placeholder:"FILE" help:"Write it as one page of HTML."`
	Markdown string `name:"markdown" env:"-" placeholder:"FILE" help:"Write it as Markdown."`
	Text     string `name:"text" env:"-" placeholder:"FILE" help:"Write it as text. Without any of these flags it is printed so."`
}

func (files *reportFiles) write(r *conformance.Report, out io.Writer) error {
	written := false
	for _, s := range []sink{
		{"json", files.JSON}, {"junit", files.JUnit}, {"html", files.HTML}, {"markdown", files.Markdown}, {"text", files.Text},
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
	reportFiles
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
	reportFiles
}

// Help is shown below the flags.
func (reportMergeCommand) Help() string {
	return `Logs of different suites or targets are refused, and scenarios that more than one of
them has run. Exit status: that of the whole run, as 'understudy verify' would end.

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
		return err
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
	return reportStatus(report)
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
