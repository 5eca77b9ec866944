package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/understudy-dev/understudy/mock"
)

// writeTarget writes the profile for nobody but its owner to read: it holds keys.
func writeTarget(file string, fake *mock.Server, site string) error {
	profile, err := fake.Profile(site)
	if err != nil {
		return err
	}
	if err := putInPlace(file, append(profile, '\n')); err != nil {
		return fmt.Errorf("cannot write the target profile: %w", err)
	}
	return nil
}

// putInPlace makes a file hold data at once: whoever reads it meanwhile sees what it
// held before. What is no file, such as a pipe, is written to.
func putInPlace(file string, data []byte) error {
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(file, data, 0o600)
	}
	next, err := os.CreateTemp(filepath.Dir(file), ".understudy-*") // for its owner only
	if err != nil {
		return err
	}
	_, err = next.Write(data)
	if err = errors.Join(err, next.Close()); err == nil {
		err = os.Rename(next.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(next.Name()))
	}
	return nil
}
