package mock

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
func newSerializers(document *spec.Document, p *parts) (s serializers, err error) {
	bind(document, p, &err, "Organization", &s.organizationSerializer, organizationBindings())
	bind(document, p, &err, "User", &s.userSerializer, userBindings())
	bind(document, p, &err, "Login", &s.loginSerializer, loginBindings())
	bind(document, p, &err, "OrganizationDomain", &s.domainSerializer, domainBindings())
	bind(document, p, &err, "ScimLog", &s.scimLogSerializer, scimLogBindings())
	bind(document, p, &err, "IdentityProviderConfig", &s.configSerializer, configBindings())
	bind(document, p, &err, "OrganizationIntegration", &s.integrationSerializer, integrationBindings())
	bind(document, p, &err, "PatchedEnvironmentMapping", &s.environmentSerializer, environmentBindings())
	bind(document, p, &err, "OrganizationInvite", &s.inviteSerializer, inviteBindings())
	bind(document, p, &err, "OrganizationMember", &s.memberSerializer, memberBindings())
	bind(document, p, &err, "RoleMember", &s.roleMemberSerializer, roleMemberBindings())
	bind(document, p, &err, "Role", &s.roleSerializer, roleBindings())
	bind(document, p, &err, "RoleMembership", &s.roleMembershipSerializer, roleMembershipBindings())
	bind(document, p, &err, "PersonalAPIKey", &s.keySerializer, keyBindings())
	bind(document, p, &err, "OrganizationInviteDelegate", &s.delegateSerializer, delegateBindings())
	bind(document, p, &err, "InviteSignup", &s.signupSerializer, signupBindings())
	bind(document, p, &err, "PatchedUser", &s.currentSerializer, currentBindings())
	bind(document, p, &err, "Project", &s.projectSerializer, projectBindings())
	bind(document, p, &err, "ProjectRow", &s.projectRowSerializer, projectRowBindings())
	return s, err
}

// bind makes one serializer, unless something failed before.
func bind[T any](document *spec.Document, p *parts, failed *error, name string, to **rest.Serializer[T, *call], bindings []rest.Binding[T, *call]) {
	if *failed != nil {
		return
	}
	schema, ok := document.Schema(name)
	if !ok {
		*failed = fmt.Errorf("schema %s is not documented", name)
		return
	}
	schema, bindings = changed(p, schema, bindings)
	*to, *failed = rest.NewSerializer(schema, bindings...)
}
