package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/conformance/target"
)

type envCommand struct {
	remoteFlags
	Sandbox string `placeholder:"NAME" help:"Have the addresses lead to this sandbox; 'default' leaves any."`
	Shell   string `enum:"sh,bash,zsh,fish,powershell,dotenv,json" default:"sh" help:"Who reads it: sh (also bash, zsh), fish, powershell, dotenv (a file .env) or json."`
}

// Help is shown below the flags.
func (envCommand) Help() string {
	return `Asks a fake that runs for its addresses, keys and logins, and prints them as
variables, for this program and for clients of PostHog. It holds secrets of the fake.

  UNDERSTUDY_URL, UNDERSTUDY_CONTROL         where the API and the control plane are
  UNDERSTUDY_KEY, UNDERSTUDY_KEY_OWNER, …    the administrator's key, and one per role
  UNDERSTUDY_EMAIL_…, UNDERSTUDY_PASSWORD_…  the logins
  UNDERSTUDY_ORGANIZATION, …_SLUG, UNDERSTUDY_PROJECT, UNDERSTUDY_DOMAIN
  UNDERSTUDY_SCIM_URL, UNDERSTUDY_SCIM_TOKEN
  POSTHOG_HOST, POSTHOG_API_KEY, POSTHOG_PERSONAL_API_KEY, POSTHOG_PROJECT_ID,
  POSTHOG_ORGANIZATION_ID, POSTHOG_CLI_HOST, POSTHOG_CLI_API_KEY,
  POSTHOG_CLI_PROJECT_ID                     as clients read them

What the world does not have is left out.

Examples:
  eval "$(understudy env)"
  eval "$(understudy env --sandbox mine)"
  understudy env --shell fish | source
  understudy env --shell powershell | Out-String | Invoke-Expression
  understudy env --shell dotenv > .env`
}

// Run asks and prints.
func (cmd *envCommand) Run(ctx context.Context, std streams) error {
	r, err := cmd.remote("")
	if err != nil {
		return err
	}
	if cmd.Sandbox != "" {
		if err := r.selectSandbox(cmd.Sandbox); err != nil {
			return fmt.Errorf("--sandbox: %w", err)
		}
	}
	profile, err := cmd.fetchProfile(ctx, r, std)
	if err != nil {
		return err
	}
	return writeVariables(std, cmd.Shell, variablesOf(profile, r))
}

// fetchProfile fetches the target profile. Its errors say what to do.
func (cmd *envCommand) fetchProfile(ctx context.Context, r *remote, std streams) (*target.Profile, error) {
	answer, present, err := r.profile(ctx)
	if err != nil {
		return nil, fmt.Errorf("no fake answers at %s (%w). Start one with 'understudy serve', or say where it is with --url", r.root, rootCause(err))
	}
	if answer.status != http.StatusOK {
		if code, detail := answer.refusal(); code != "" {
			return nil, fmt.Errorf("%s: %s", r.root, detail)
		}
		return nil, fmt.Errorf("what answers at %s is no fake that has this command: its control plane says %d. Start one with 'understudy serve', or say where it is with --url", r.root, answer.status)
	}
	var profile target.Profile
	if err := json.Unmarshal(answer.body, &profile); err != nil {
		return nil, fmt.Errorf("the fake at %s sends no target profile: %w", r.root, err)
	}
	if !present {
		_, _ = fmt.Fprintf(std.err, "understudy: there is no sandbox %s yet; the first request to it makes it\n", r.sandbox)
	}
	return &profile, nil
}

// rootCause returns the innermost error, without the request that failed.
func rootCause(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(next) {
		err = next
	}
	return err
}

// variable is an environment variable.
type variable struct{ name, value string }

// variablesOf returns the variables for a profile.
func variablesOf(p *target.Profile, r *remote) (list []variable) {
	add := func(value string, names ...string) {
		for _, name := range names {
			if value != "" {
				list = append(list, variable{name, value})
			}
		}
	}
	key, project := mainKey(p), ""
	if len(p.Known.Projects) > 0 {
		project = strconv.Itoa(p.Known.Projects[0])
	}
	add(r.site(), "UNDERSTUDY_URL")
	add(r.site()+controlPath, "UNDERSTUDY_CONTROL")
	add(r.token, "UNDERSTUDY_CONTROL_TOKEN")
	add(key, "UNDERSTUDY_KEY")
	for _, role := range target.Roles {
		c, name := p.Credentials[role], strings.ToUpper(role)
		add(c.PersonalAPIKey, "UNDERSTUDY_KEY_"+name)
		add(c.Email, "UNDERSTUDY_EMAIL_"+name)
		add(c.Password, "UNDERSTUDY_PASSWORD_"+name)
	}
	add(p.Organization.ID, "UNDERSTUDY_ORGANIZATION")
	add(p.Organization.Slug, "UNDERSTUDY_ORGANIZATION_SLUG")
	add(project, "UNDERSTUDY_PROJECT")
	if d := p.Known.VerifiedDomain; d != nil {
		add(d.ID, "UNDERSTUDY_DOMAIN")
	}
	if s := p.Known.SCIM; s != nil && s.Segment() != "" {
		add(r.site()+"/scim/v2/"+s.Segment(), "UNDERSTUDY_SCIM_URL")
		add(s.Token, "UNDERSTUDY_SCIM_TOKEN")
	}
	// The Terraform provider reads POSTHOG_API_KEY as a personal API key; scripts
	// read POSTHOG_PERSONAL_API_KEY; the command line has names of its own.
	add(r.site(), "POSTHOG_HOST", "POSTHOG_CLI_HOST")
	add(key, "POSTHOG_API_KEY", "POSTHOG_PERSONAL_API_KEY", "POSTHOG_CLI_API_KEY")
	add(p.Organization.ID, "POSTHOG_ORGANIZATION_ID")
	add(project, "POSTHOG_PROJECT_ID", "POSTHOG_CLI_PROJECT_ID")
	return list
}

// mainKey returns the administrator's key, or that of the first role that has one.
func mainKey(p *target.Profile) string {
	for _, role := range target.Roles {
		if key := p.Credentials[role].PersonalAPIKey; key != "" {
			return key
		}
	}
	return ""
}

// writeVariables prints variables for a shell. It leaves out one that the shell cannot
// hold, with a warning.
func writeVariables(std streams, shell string, list []variable) error {
	if shell == "json" {
		return writeVariablesJSON(std.out, list)
	}
	var text strings.Builder
	for _, v := range list {
		line, ok := assignment(shell, v)
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
	return writeIndented(w, values)
}

// assignment returns the line that sets and exports a variable in a shell, and reports
// whether the shell can hold its value. No shell can hold a null character.
func assignment(shell string, v variable) (line string, ok bool) {
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

// quotePOSIX quotes for sh, bash and zsh: within single quotes only a single quote is
// special. Every value is quoted; al.essio.dev/pkg/shellescape leaves plain ones bare.
func quotePOSIX(value string) string {
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// quoteFish quotes for fish, where a backslash escapes within single quotes. Libraries
// quote for POSIX shells alone: this and the two below are our own.
func quoteFish(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// quotePowerShell quotes for PowerShell, which doubles a single quote and takes the
// typographic ones for the same.
func quotePowerShell(value string) string {
	return "'" + strings.NewReplacer("'", "''", "\u2018", "\u2018\u2018", "\u2019", "\u2019\u2019",
		"\u201a", "\u201a\u201a", "\u201b", "\u201b\u201b").Replace(value) + "'"
}

// quoteDotenv quotes for .env files, which have no common rules: it is not ok where their
// readers differ. joho/godotenv writes what only some of them read.
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
