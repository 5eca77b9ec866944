package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// readers are programs that read what is printed for a shell, given the file with it,
// and then print the environment that their children get, with null characters
// between.
var readers = []struct {
	program, shell string
	args           []string
}{
	{"sh", "sh", []string{"-c", `eval "$(cat "$1")"; exec env -0`, "sh"}},
	{"bash", "bash", []string{"-c", `eval "$(cat "$1")"; exec env -0`, "bash"}},
	{"zsh", "zsh", []string{"-f", "-c", `eval "$(cat "$1")"; exec env -0`, "zsh"}},
	{"fish", "fish", []string{"--no-config", "-c", `source $argv[1]; env -0`}},
}

// reread is the environment after a program has read a text.
func reread(t testing.TB, text string, program string, args ...string) map[string]string {
	t.Helper()
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "variables")
	g.Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
	command := exec.CommandContext(t.Context(), program, append(args, file)...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	var errs bytes.Buffer
	command.Stderr = &errs
	out, err := command.Output()
	g.Expect(err).NotTo(HaveOccurred(), errs.String())
	g.Expect(errs.String()).To(BeEmpty())
	values := map[string]string{}
	for pair := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	return values
}

// hostile are values that a shell takes apart unless they are quoted well.
var hostile = []string{
	"", " ", "plain", "two words", "  around  ", "it's", `"`, `'"'"'`, "'", "''", `\`, `a\`, `\'`, `\\'`, `$HOME`, "${HOME}", "$(id)", "`id`", "a;id", "a&b|c>d<e",
	"*", "~", "#no comment", "!history", "a\nb", "a\n\nb\n", "\ttab", "\r", "%s%n", "-n", "=", "a=b", "{a,b}", "[x]", "ümlaut", "日本", "“typographic” ‘quotes’", "🦔", "\x01\x7f",
}

// TestQuoting has each shell that there is read each value back.
func TestQuoting(t *testing.T) {
	for _, reader := range readers {
		t.Run(reader.program, func(t *testing.T) {
			program, err := exec.LookPath(reader.program)
			if err != nil {
				t.Skip("there is no " + reader.program)
			}
			g := NewWithT(t)
			var text strings.Builder
			for i, value := range hostile {
				line, ok := assign(reader.shell, variable{"V" + strconv.Itoa(i), value})
				g.Expect(ok).To(BeTrue())
				text.WriteString(line + "\n")
			}
			read := reread(t, text.String(), program, reader.args...)
			for i, value := range hostile {
				g.Expect(read).To(HaveKeyWithValue("V"+strconv.Itoa(i), value))
			}
		})
	}
}

// TestQuotingDotenv has node read a file .env. What readers of such files do not
// agree on is not written.
func TestQuotingDotenv(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	g := NewWithT(t)
	var text strings.Builder
	written := map[string]string{}
	for i, value := range hostile {
		name := "V" + strconv.Itoa(i)
		if line, ok := assign("dotenv", variable{name, value}); ok {
			text.WriteString(line + "\n")
			written[name] = value
		}
	}
	g.Expect(len(written)).To(BeNumerically(">", len(hostile)/2))
	file := filepath.Join(t.TempDir(), ".env")
	g.Expect(os.WriteFile(file, []byte(text.String()), 0o600)).To(Succeed())
	read := reread(t, "", node, "--env-file="+file, "-e", `process.stdout.write(Object.entries(process.env).map(([k, v]) => k + "=" + v).join("\0"))`)
	for name, value := range written {
		g.Expect(read).To(HaveKeyWithValue(name, value))
	}
}

func TestAssign(t *testing.T) {
	for _, tc := range []struct{ name, shell, value, want string }{
		{"sh", "sh", "it's", `export V='it'\''s'`},
		{"bash", "bash", "x", `export V='x'`},
		{"zsh", "zsh", "x", `export V='x'`},
		{"fish", "fish", `it's \`, `set -gx V 'it\'s \\'`},
		{"PowerShell", "powershell", "it's $HOME", `$env:V = 'it''s $HOME'`},
		{"PowerShell's other quotes", "powershell", "‘a’ ‚b‛", `$env:V = '‘‘a’’ ‚‚b‛‛'`},
		{"dotenv", "dotenv", "$HOME", `V='$HOME'`},
		{"dotenv, a single quote", "dotenv", "it's", `V="it's"`},
		{"dotenv, a backslash", "dotenv", `a\b`, ""},
		{"dotenv, lines", "dotenv", "a\nb", ""},
		{"dotenv, both quotes", "dotenv", `"it's"`, ""},
		{"dotenv, a single quote and a dollar", "dotenv", `it's $5`, ""},
		{"a null character in sh", "sh", "a\x00b", ""},
		{"a null character in fish", "fish", "a\x00b", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			line, ok := assign(tc.shell, variable{"V", tc.value})
			g.Expect(ok).To(Equal(tc.want != ""))
			if ok {
				g.Expect(line).To(Equal(tc.want))
			}
		})
	}
}

// FuzzQuoting has sh read any value back.
func FuzzQuoting(f *testing.F) {
	for _, value := range hostile {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		line, ok := assign("sh", variable{"V", value})
		if !ok {
			return
		}
		out, err := exec.CommandContext(t.Context(), "sh", "-c", `eval "$1"; env -0`, "sh", line).Output()
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(strings.Split(string(out), "\x00")).To(ContainElement("V=" + value))
	})
}
