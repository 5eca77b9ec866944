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

// formats are the forms of a report, by the names that flags have for them.
var formats = map[string]func(*conformance.Report, io.Writer) error{
	"json":     (*conformance.Report).WriteJSON,
	"junit":    (*conformance.Report).WriteJUnit,
	"html":     (*conformance.Report).WriteHTML,
	"markdown": (*conformance.Report).WriteMarkdown,
	"text":     (*conformance.Report).WriteText,
}

// sink is a report file.
type sink struct{ format, file string }

func (s sink) write(r *conformance.Report) error {
	return writeFile(s.file, func(w io.Writer) error { return formats[s.format](r, w) })
}

// reportSinks opens no file yet but refuses formats that there are not, before
// anything runs.
func reportSinks(flags []string) (list []sink, err error) {
	for _, text := range flags {
		name, file, ok := strings.Cut(text, "=")
		if _, known := formats[name]; !ok || !known || file == "" {
			return nil, fmt.Errorf("--report %s: want json=FILE, junit=FILE, html=FILE, markdown=FILE or text=FILE", text)
		}
		if _, err := os.Stat(filepath.Dir(file)); err != nil {
			return nil, fmt.Errorf("--report %s: the folder is not there: %w", text, err)
		}
		list = append(list, sink{name, file})
	}
	return list, nil
}

// writeFile writes a file and tells when that does not work to the end.
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

// logFile is where events go; nowhere without a name.
type logFile struct {
	write  func(conformance.Event)
	file   *os.File
	failed func() error
}

// openLog makes the file at once: a run whose log cannot be kept does not begin.
// Others on the machine cannot read it.
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

// reportStatus turns a report into the end of a command.
func reportStatus(r *conformance.Report) error {
	if !r.OK() {
		return errFailed
	}
	return nil
}

func readEarlier(file string) (*conformance.Earlier, error) {
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
