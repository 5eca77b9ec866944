package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// writeVariables prints variables for a shell. One that the shell cannot hold is left
// out and spoken of.
func writeVariables(std streams, shell string, list []variable) error {
	if shell == "json" {
		return writeVariablesJSON(std.out, list)
	}
	var text strings.Builder
	for _, v := range list {
		line, ok := assign(shell, v)
		if !ok {
			_, _ = fmt.Fprintf(std.err, "understudy: %s is left out: %s cannot hold its value; --shell json can\n", v.name, shell)
			continue
		}
		text.WriteString(line + "\n")
	}
	_, err := fmt.Fprint(std.out, text.String())
	return err
}

func writeVariablesJSON(w io.Writer, list []variable) error {
	values := map[string]string{}
	for _, v := range list {
		values[v.name] = v.value
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(values)
}

// assign writes the line of a shell that sets a variable for it and the programs that
// it starts. No shell can hold a null character.
func assign(shell string, v variable) (line string, ok bool) {
	if strings.ContainsRune(v.value, 0) {
		return "", false
	}
	switch shell {
	case "fish":
		return "set -gx " + v.name + " " + quoteFish(v.value), true
	case "powershell":
		return "$env:" + v.name + " = " + quotePowerShell(v.value), true
	case "dotenv":
		quoted, ok := quoteDotenv(v.value)
		return v.name + "=" + quoted, ok
	default:
		return "export " + v.name + "=" + quotePOSIX(v.value), true
	}
}

// quotePOSIX quotes for sh, bash and zsh: within single quotes everything stands for
// itself but a single quote.
func quotePOSIX(value string) string {
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// quoteFish quotes for fish, where a backslash quotes within single quotes.
func quoteFish(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// quotePowerShell quotes for PowerShell, which doubles a single quote and takes the
// typographic ones for the same.
func quotePowerShell(value string) string {
	return "'" + strings.NewReplacer("'", "''", "\u2018", "\u2018\u2018", "\u2019", "\u2019\u2019",
		"\u201a", "\u201a\u201a", "\u201b", "\u201b\u201b").Replace(value) + "'"
}

// quoteDotenv quotes for files .env, which have no common rules: it is not ok when
// readers would differ.
func quoteDotenv(value string) (quoted string, ok bool) {
	switch {
	case strings.ContainsAny(value, "\\\r\n"):
		return "", false
	case !strings.Contains(value, "'"):
		return "'" + value + "'", true
	case !strings.ContainsAny(value, "\"$`"):
		return `"` + value + `"`, true
	default:
		return "", false
	}
}
