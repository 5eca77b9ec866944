package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	. "github.com/onsi/gomega"
	"go.yaml.in/yaml/v4"
)

// action is what matters here of action.yml at the root.
type action struct {
	Inputs map[string]struct {
		Description string `yaml:"description"`
		Default     string `yaml:"default"`
	} `yaml:"inputs"`
	Runs struct {
		Steps []struct {
			ID  string            `yaml:"id"`
			Run string            `yaml:"run"`
			Env map[string]string `yaml:"env"`
		} `yaml:"steps"`
	} `yaml:"runs"`
}

var inputReference = regexp.MustCompile(`^\$\{\{ inputs\.([a-z-]+) \}\}$`)

// The action's own script runs the suite as a workflow would. What comes from
// outside reaches it in variables alone.
func TestAction(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip("the script of the action needs bash")
	}
	data, err := os.ReadFile(filepath.Join("..", "..", "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Load(data, &a); err != nil {
		t.Fatal(err)
	}
	script := ""
	variables := map[string]string{} // from variable to default
	for _, step := range a.Runs.Steps {
		NewWithT(t).Expect(step.Run).NotTo(ContainSubstring("${{"))
		if step.ID != "verify" {
			continue
		}
		script = step.Run
		for name, value := range step.Env {
			match := inputReference.FindStringSubmatch(value)
			NewWithT(t).Expect(match).To(HaveLen(2), value)
			NewWithT(t).Expect(a.Inputs).To(HaveKey(match[1]))
			variables[name] = a.Inputs[match[1]].Default
		}
	}
	for _, tc := range []struct {
		name    string
		set     map[string]string
		status  int
		verdict string
	}{
		{"the embedded fake", map[string]string{"PROFILE": "invites", "REQUIRE": "conformant"}, exitOK, "conformant"},
		{"a profile that is not there", map[string]string{"TARGET": "missing.yaml; touch hacked"}, exitUsage, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			folder := t.TempDir()
			self, err := os.Executable()
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(os.Symlink(self, filepath.Join(folder, "understudy"))).To(Succeed())
			command := exec.CommandContext(t.Context(), bash, "-e", "-o", "pipefail", "-c", script)
			command.Dir = folder
			command.Env = append(os.Environ(), "RUNNER_TEMP="+folder, "GITHUB_OUTPUT="+filepath.Join(folder, "output"))
			for name, value := range variables {
				if set, ok := tc.set[name]; ok {
					value = set
				}
				command.Env = append(command.Env, name+"="+value)
			}
			printed, _ := command.CombinedOutput()
			g.Expect(command.ProcessState.ExitCode()).To(Equal(tc.status), string(printed))
			g.Expect(filepath.Join(folder, "hacked")).NotTo(BeAnExistingFile())
			if tc.verdict == "" {
				return
			}
			g.Expect(os.ReadFile(filepath.Join(folder, "output"))).To(BeEquivalentTo("verdict=" + tc.verdict + "\n"))
			for _, file := range []string{"report.html", "report.json", "junit.xml", "run.ndjson"} {
				g.Expect(filepath.Join(folder, variables["REPORTS"], file)).To(BeARegularFile())
			}
		})
	}
}
