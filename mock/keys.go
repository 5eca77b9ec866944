package mock

import (
	"errors"
	"fmt"
	"slices"
)

// Key makes a personal API key of the administrator whom the world's section "target"
// names, with these scopes, such as "organization:read"; without any it may do
// everything. Who calls with it needs not name the sandbox. It fails when the world
// names no administrator, or the administrator is gone.
func (b *Sandbox) Key(scopes ...string) (string, error) {
	target := b.fixture().Target
	if target == nil || target.Credentials.Admin == nil {
		return "", errors.New(`mock: the world's section "target" has no credentials "admin": name a user with KeyOf`)
	}
	return b.KeyOf(target.Credentials.Admin.User, scopes...)
}

// KeyOf makes a personal API key as [Sandbox.Key] does, of the user with an e-mail
// address. It fails when there is no such user.
func (b *Sandbox) KeyOf(email string, scopes ...string) (string, error) {
	key, err := b.mint(keyRequest{User: email, Scopes: slices.Clone(scopes)})
	if err != nil {
		return "", fmt.Errorf("mock: %w", err)
	}
	return key.Value, nil
}
