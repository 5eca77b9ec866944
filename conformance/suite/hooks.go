package suite

import (
	"context"
	"fmt"
	"os/exec"
)

// HookRunner runs a hook of a profile: a command with its arguments, the record among
// them.
type HookRunner func(ctx context.Context, command []string) error

// HooksThrough runs the hooks of the profile another way than as programs; nil is as programs.
func HooksThrough(run HookRunner) ClientOption {
	return func(c *Client) error {
		if run != nil {
			c.hooks = run
		}
		return nil
	}
}

// runProgram runs a hook as a program of this machine.
func runProgram(ctx context.Context, command []string) error {
	output, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, output)
	}
	return nil
}

// runHook runs a hook of the profile with the record as its last arguments.
func (s *S) runHook(command []string, name, value string) {
	if len(command) == 0 {
		return
	}
	if err := s.client.hooks(s.ctx, append(append([]string{}, command...), name, value)); err != nil {
		s.cannotRun(fmt.Sprintf("the hook %s failed: %v", command[0], err))
	}
}
