//go:build ignore

// The worked example of CONTRIBUTING.md, done in a copy of the module under another name:
// each fenced block behind a comment such as <!-- at the end of FILE --> goes where the
// comment says. Then the checks run that a contributor would run. So the example stays true.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// step is a block of the example: where it goes, its indent in the document, and its text.
var step = regexp.MustCompile("(?m)^( *)<!-- (before|after|at the end of) ?(?:[\"`](.*)[\"`] in )?(\\S+) -->\n *```[a-z]+\n((?s:.*?))^ *```$")

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	guide, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "worked-example-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := command(".", "git", "checkout-index", "--all", "--prefix="+folder+"/"); err != nil {
		return err
	}
	steps := step.FindAllStringSubmatch(string(guide), -1)
	if len(steps) < 7 {
		return fmt.Errorf("CONTRIBUTING.md has %d steps, fewer than the example needs", len(steps))
	}
	for _, s := range steps {
		if err := apply(folder, s[1], s[2], s[3], s[4], s[5]); err != nil {
			return err
		}
	}
	for _, args := range [][]string{
		{"test", "./spec", "./mock/internal/api", "./conformance/rules", "./conformance/scenarios"},
		{"test", "./conformance", "-run", "TestCoverage|TestRules"},
		{"run", "./cmd/understudy", "verify", "--run", "invites.*"},
		{"run", "./cmd/understudy", "verify", "--mutants", "--mutant", "invites.remind*"},
	} {
		if err := command(folder, "go", args...); err != nil {
			return fmt.Errorf("the worked example: go %s: %w", strings.Join(args, " "), err)
		}
	}
	fmt.Printf("the worked example holds, in %d steps\n", len(steps))
	return nil
}

// apply puts a block where it belongs.
func apply(folder, indent, where, anchor, file, block string) error {
	name := filepath.Join(folder, filepath.FromSlash(file))
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	text := string(data)
	var lines strings.Builder
	for line := range strings.Lines(block) {
		lines.WriteString(strings.TrimPrefix(line, indent))
	}
	block = strings.NewReplacer("resend", "remind", "Resend", "Remind").Replace(lines.String())
	at := len(text)
	if where != "at the end of" {
		if at = strings.Index(text, anchor); at < 0 {
			return fmt.Errorf("%s has no %q", file, anchor)
		}
		if where == "after" {
			at += strings.Index(text[at:], "\n") + 1
		}
	}
	return os.WriteFile(name, []byte(text[:at]+block+text[at:]), 0o644)
}

func command(folder, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, os.Stdout, os.Stderr
	return cmd.Run()
}
