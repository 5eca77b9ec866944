package api

import (
	"fmt"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// serializers hold one serializer for each documented resource.
type serializers struct {
	organizationSerializer   *rest.Serializer[organizationView, *call]
	userSerializer           *rest.Serializer[userView, *call]
	loginSerializer          *rest.Serializer[struct{}, *call]
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
}

// newSerializers binds the documented schemas. It fails when document and code
// do not name the same properties.
func newSerializers(document *spec.Document, t *Tables) (s serializers, err error) {
	bind(document, t, &err, "Organization", &s.organizationSerializer, organizationBindings())
	bind(document, t, &err, "User", &s.userSerializer, userBindings())
	bind(document, t, &err, "Login", &s.loginSerializer, loginBindings())
	bind(document, t, &err, "OrganizationDomain", &s.domainSerializer, domainBindings())
	bind(document, t, &err, "ScimLog", &s.scimLogSerializer, scimLogBindings())
	bind(document, t, &err, "IdentityProviderConfig", &s.configSerializer, configBindings())
	bind(document, t, &err, "OrganizationIntegration", &s.integrationSerializer, integrationBindings())
	bind(document, t, &err, "PatchedEnvironmentMapping", &s.environmentSerializer, environmentBindings())
	bind(document, t, &err, "OrganizationInvite", &s.inviteSerializer, inviteBindings())
	bind(document, t, &err, "OrganizationMember", &s.memberSerializer, memberBindings())
	bind(document, t, &err, "RoleMember", &s.roleMemberSerializer, roleMemberBindings())
	bind(document, t, &err, "Role", &s.roleSerializer, roleBindings())
	bind(document, t, &err, "RoleMembership", &s.roleMembershipSerializer, roleMembershipBindings())
	bind(document, t, &err, "PersonalAPIKey", &s.keySerializer, keyBindings())
	bind(document, t, &err, "OrganizationInviteDelegate", &s.delegateSerializer, delegateBindings())
	bind(document, t, &err, "InviteSignup", &s.signupSerializer, signupBindings())
	bind(document, t, &err, "PatchedUser", &s.currentSerializer, currentBindings())
	bind(document, t, &err, "Project", &s.projectSerializer, projectBindings())
	bind(document, t, &err, "ProjectRow", &s.projectRowSerializer, projectRowBindings())
	return s, err
}

// bind makes one serializer, unless something failed before.
func bind[T any](document *spec.Document, t *Tables, failed *error, name string, to **rest.Serializer[T, *call], bindings []rest.Binding[T, *call]) {
	if *failed != nil {
		return
	}
	schema, ok := document.Schema(name)
	if !ok {
		*failed = fmt.Errorf("schema %s is not documented", name)
		return
	}
	schema, bindings = changed(t, schema, bindings)
	*to, *failed = rest.NewSerializer(schema, bindings...)
}
