package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"
)

// serving is a fake that was started by the command line, on a free port.
type serving struct {
	*GomegaWithT
	greeting
	errors <-chan string // the lines of standard error
}

// startGreeted waits until the fake says where it is, and ends it with the test.
func startGreeted(t *testing.T, flags ...string) *serving {
	t.Helper()
	s := &serving{GomegaWithT: NewWithT(t)}
	ctx, stop := context.WithCancel(t.Context())
	out, greeted := io.Pipe()
	said, errs := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--json"}, flags...), streams{nil, greeted, errs})
		_, _ = greeted.Close(), errs.Close()
	}()
	s.errors = linesOf(said)
	s.Expect(json.NewDecoder(out).Decode(&s.greeting)).To(Succeed())
	go func() { _, _ = io.Copy(io.Discard, out) }()
	t.Cleanup(func() {
		stop()
		s.Expect(<-ended).To(Equal(exitFine))
	})
	return s
}

// linesOf hands on what is read, a line at a time.
func linesOf(r io.Reader) <-chan string {
	lines := make(chan string, 1000)
	go func() {
		for text := bufio.NewScanner(r); text.Scan(); {
			lines <- text.Text()
		}
	}()
	return lines
}

// says waits for a line of standard error with these words, and returns the lines up
// to it.
func (s *serving) says(words string) (lines []string) {
	for {
		var line string
		s.Eventually(s.errors).WithTimeout(time.Minute).Should(Receive(&line), func() string {
			return "it has not said " + words + ", but:\n" + strings.Join(lines, "\n")
		})
		lines = append(lines, line)
		if strings.Contains(line, words) {
			return lines
		}
	}
}

// get asks with a key, if one is given.
func (s *serving) get(path, key string) (int, gjson.Result) {
	request, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
	s.Expect(err).NotTo(HaveOccurred())
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(request)
	s.Expect(err).NotTo(HaveOccurred())
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	s.Expect(err).NotTo(HaveOccurred())
	return answer.StatusCode, gjson.ParseBytes(body)
}
