package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/route"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// The operations, paths and schemas of the OpenAPI document, with the code behind them.

// handlers pairs every operation of the OpenAPI document with its code. Each resource's
// file lists its own.
func handlers() map[string]handler {
	all := map[string]handler{}
	for _, ofResource := range []map[string]handler{
		organizationHandlers(),
		userHandlers(),
		keyHandlers(),
		sessionHandlers(),
		domainHandlers(),
		scimLogHandlers(),
		configHandlers(),
		integrationHandlers(),
		inviteHandlers(),
		signupHandlers(),
		memberHandlers(),
		roleHandlers(),
		projectHandlers(),
	} {
		maps.Copy(all, ofResource)
	}
	return all
}

// operation is a documented operation with the code behind it.
type operation struct {
	*spec.Operation
	handler
}

// resource is a path of the API and what can be done there.
type resource struct {
	path        string
	parameters  []string              // of the parameters in the path, in their order
	operations  map[string]*operation // by method
	object      string                // the scope object: "organization" in "organization:read"
	nested      bool                  // the path lies within an organization
	collection  bool                  // the path ends in a list, whose objects lie below it
	writeLevel  int                   // the level for methods that are not there
	recentLogin bool                  // writing needs a recent login
	anyKey      bool                  // about keys: with one, only that very key can be read
	stages      []stage               // what known callers go through
	allow       string                // the header Allow
}

// resources pairs every documented operation with its handler, and every
// handler with its operation.
func resources(operations []*spec.Operation, handlers map[string]handler) ([]*resource, error) {
	documented, err := route.Pair(operations, false, handlers)
	if err != nil {
		return nil, err
	}
	var list []*resource
	byPath := map[string]*resource{}
	for _, op := range documented {
		r, ok := byPath[op.Path]
		if !ok {
			r = &resource{path: op.Path, parameters: route.Parameters(op.Path), operations: map[string]*operation{}}
			byPath[op.Path] = r
			list = append(list, r)
		}
		r.add(&operation{op, handlers[op.ID]})
	}
	for _, r := range list {
		r.complete(list)
	}
	return list, nil
}

// add gives the resource an operation, and HEAD where it is one for GET.
func (r *resource) add(op *operation) {
	route.Add(r.operations, op.Method, op)
}

// complete derives what holds for the whole path. An action without a scope
// takes the scope object of its siblings.
func (r *resource) complete(all []*resource) {
	_, rest, within := strings.Cut(r.path, "{organization_id}/")
	r.nested = within && rest != ""
	r.collection = slices.ContainsFunc(all, r.holds)
	for _, op := range r.operations {
		if !route.IsSafe(op.Method) {
			r.writeLevel = max(r.writeLevel, op.Level)
			r.recentLogin = r.recentLogin || op.RecentLogin
		}
	}
	for _, sibling := range all {
		for _, op := range sibling.operations {
			if r.tag() != op.Tag {
				continue
			}
			r.anyKey = r.anyKey || op.AnyKey
			if op.Scope != "" {
				r.object, _, _ = strings.Cut(op.Scope, ":")
			}
		}
	}
	r.allow = route.Allow(r.operations)
}

// holds reports whether other is one object of the list r.
func (r *resource) holds(other *resource) bool {
	below, ok := strings.CutPrefix(other.path, r.path)
	return ok && strings.HasPrefix(below, "{") && strings.Count(below, "/") == 1
}

// tag is the group of the document to which the operations belong.
func (r *resource) tag() string {
	for _, op := range r.operations {
		return op.Tag
	}
	return ""
}

// serializers hold one serializer for each documented resource.
type serializers struct {
	organizationSerializer   *rest.Serializer[organizationView, *call]
	userSerializer           *rest.Serializer[userView, *call]
	loginSerializer          *rest.Serializer[struct{}, *call]
	precheckSerializer       *rest.Serializer[struct{}, *call]
	domainSerializer         *rest.Serializer[domainView, *call]
	scimLogSerializer        *rest.Serializer[*world.SCIMLog, *call]
	configSerializer         *rest.Serializer[configView, *call]
	integrationSerializer    *rest.Serializer[integrationView, *call]
	environmentSerializer    *rest.Serializer[struct{}, *call]
	inviteSerializer         *rest.Serializer[inviteView, *call]
	memberSerializer         *rest.Serializer[memberView, *call]
	roleMemberSerializer     *rest.Serializer[memberView, *call]
	roleSerializer           *rest.Serializer[roleView, *call]
	roleMembershipSerializer *rest.Serializer[roleMembershipView, *call]
	keySerializer            *rest.Serializer[keyView, *call]
	delegateSerializer       *rest.Serializer[struct{}, *call]
	signupSerializer         *rest.Serializer[struct{}, *call]
	currentSerializer        *rest.Serializer[struct{}, *call]
	projectSerializer        *rest.Serializer[projectView, *call]
	projectRowSerializer     *rest.Serializer[*world.Project, *call]

	refusedTexts map[string]textCheck // by schema
}

// newSerializers binds the documented schemas. It fails when document and code
// do not name the same properties.
func newSerializers(document *spec.Document, t *Tables) (s serializers, err error) {
	s.refusedTexts = map[string]textCheck{}
	bind(&s, document, t, &err, "Organization", &s.organizationSerializer, organizationBindings())
	bind(&s, document, t, &err, "User", &s.userSerializer, userBindings())
	bind(&s, document, t, &err, "Login", &s.loginSerializer, loginBindings())
	bind(&s, document, t, &err, "LoginPrecheck", &s.precheckSerializer, precheckBindings())
	bind(&s, document, t, &err, "OrganizationDomain", &s.domainSerializer, domainBindings())
	bind(&s, document, t, &err, "ScimLog", &s.scimLogSerializer, scimLogBindings())
	bind(&s, document, t, &err, "IdentityProviderConfig", &s.configSerializer, configBindings())
	bind(&s, document, t, &err, "OrganizationIntegration", &s.integrationSerializer, integrationBindings())
	bind(&s, document, t, &err, "PatchedEnvironmentMapping", &s.environmentSerializer, environmentBindings())
	bind(&s, document, t, &err, "OrganizationInvite", &s.inviteSerializer, inviteBindings())
	bind(&s, document, t, &err, "OrganizationMember", &s.memberSerializer, memberBindings())
	bind(&s, document, t, &err, "RoleMember", &s.roleMemberSerializer, roleMemberBindings())
	bind(&s, document, t, &err, "Role", &s.roleSerializer, roleBindings())
	bind(&s, document, t, &err, "RoleMembership", &s.roleMembershipSerializer, roleMembershipBindings())
	bind(&s, document, t, &err, "PersonalAPIKey", &s.keySerializer, keyBindings())
	bind(&s, document, t, &err, "OrganizationInviteDelegate", &s.delegateSerializer, delegateBindings())
	bind(&s, document, t, &err, "InviteSignup", &s.signupSerializer, signupBindings())
	bind(&s, document, t, &err, "PatchedUser", &s.currentSerializer, currentBindings())
	bind(&s, document, t, &err, "Project", &s.projectSerializer, projectBindings())
	bind(&s, document, t, &err, "ProjectRow", &s.projectRowSerializer, projectRowBindings())
	return s, err
}

// bind makes one serializer, unless something failed before.
func bind[T any](s *serializers, document *spec.Document, t *Tables, failed *error, name string, to **rest.Serializer[T, *call], bindings []rest.Binding[T, *call]) {
	if *failed != nil {
		return
	}
	schema, ok := document.Schema(name)
	if !ok && document.Revision != spec.DefaultRevision {
		return // that revision has nothing of the kind
	}
	if !ok {
		*failed = fmt.Errorf("schema %s is not documented", name)
		return
	}
	schema, bindings = applyFieldChanges(t, schema, bindings)
	bindings = bindingsOf(schema, bindings)
	if *to, *failed = rest.NewSerializer(schema, bindings...); *failed == nil {
		s.refusedTexts[name] = (*to).RefusedTexts
	}
}

// bindingsOf are the bindings of the properties that a schema has in its revision.
func bindingsOf[T any](schema *spec.Schema, all []rest.Binding[T, *call]) []rest.Binding[T, *call] {
	return slices.DeleteFunc(slices.Clone(all), func(b rest.Binding[T, *call]) bool {
		_, documented := schema.Property(b.Name)
		return !documented
	})
}
