package main

import (
	"bufio"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	. "github.com/onsi/gomega"
)

// TestOpen has a program in the path that tells what it was asked to open.
func TestOpen(t *testing.T) {
	for _, tc := range []struct{ name, script, says string }{
		{"it works", "exit 0", ""},
		{"it fails", "exit 3", "cannot open a browser; open the dashboard yourself: exit status 3"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			folder := t.TempDir()
			opened := filepath.Join(folder, "opened")
			g.Expect(syscall.Mkfifo(opened, 0o600)).To(Succeed())
			script := "#!/bin/sh\necho \"$1\" > " + opened + "\n" + tc.script + "\n"
			g.Expect(os.WriteFile(filepath.Join(folder, "xdg-open"), []byte(script), 0o700)).To(Succeed())
			t.Setenv("PATH", folder)

			s := startServing(t, "--open")
			asked, err := os.ReadFile(opened)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(asked)).To(Equal(s.site + "/_understudy/\n"))
			if tc.says != "" {
				line, err := bufio.NewReader(s.stderr).ReadString('\n')
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(line).To(ContainSubstring(tc.says))
			}
			response, _ := s.get("/_understudy/health")
			g.Expect(response.StatusCode).To(Equal(http.StatusOK))
		})
	}
}

func TestOpenWithoutABrowser(t *testing.T) {
	g := NewWithT(t)
	t.Setenv("PATH", t.TempDir())
	s := startServing(t, "--open")
	line, err := bufio.NewReader(s.stderr).ReadString('\n')
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(line).To(ContainSubstring("cannot open a browser"))
	response, _ := s.get("/_understudy/health")
	g.Expect(response.StatusCode).To(Equal(http.StatusOK))
}
