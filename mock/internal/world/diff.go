package world

// Action is what happened to a row between two worlds.
type Action string

// The actions.
const (
	Created Action = "created"
	Updated Action = "updated"
	Deleted Action = "deleted"
)

// Change is one row that two worlds do not share.
type Change struct {
	// Table is the resource by its documented name, such as "domain".
	Table string `json:"table"`
	// ID tells the row from others of its table. Of a session it is a fingerprint,
	// since the key of a session is a secret.
	ID     string        `json:"id"`
	Action Action        `json:"action"`
	Fields []FieldChange `json:"fields"`
}

// FieldChange is a field that differs. Before and After are what JSON shows of it:
// nil, a bool, an int, a string (times are RFC 3339), or a list of those or of
// objects. Of a secret they are [Masked] or [MaskedChange], so that one sees that it
// is there and whether it changed.
type FieldChange struct {
	Name   string `json:"name"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// What stands for a secret, and for one that replaces another.
const (
	Masked       = "***"
	MaskedChange = "*** (changed)"
)

// Diff lists the rows that differ between two worlds, table by table, in the order of
// their keys. A row that was created or deleted has all fields that are not empty, one
// that was updated those that changed. Two rows with equal fields are the same row.
//
// One world should have grown from the other. A table that no transaction in between
// has written to costs nothing; of the others each row is looked at once, and compared
// only if it was stored anew. So the cost follows the sizes of the changed tables, and
// neither the size of the world nor how often it changed.
func Diff(before, after *World) []Change {
	d := differ{}
	compare(&d, organizationColumns, before.organizations, after.organizations)
	compare(&d, userColumns, before.users, after.users)
	compare(&d, membershipColumns, before.memberships, after.memberships)
	compare(&d, keyColumns, before.keys, after.keys)
	compare(&d, sessionColumns, before.sessions, after.sessions)
	compare(&d, projectColumns, before.projects, after.projects)
	compare(&d, domainColumns, before.domains, after.domains)
	compare(&d, configColumns, before.configs, after.configs)
	compare(&d, integrationColumns, before.integrations, after.integrations)
	compare(&d, projectPartColumns, before.projectParts, after.projectParts)
	compare(&d, inviteColumns, before.invites, after.invites)
	compare(&d, roleColumns, before.roles, after.roles)
	compare(&d, roleMemberColumns, before.roleMembers, after.roleMembers)
	compare(&d, provisionedColumns, before.provisioned, after.provisioned)
	compare(&d, scimLogColumns, before.scimLogs, after.scimLogs)
	compare(&d, txtColumns, before.txt, after.txt)
	compare(&d, mailColumns, before.mail, after.mail)
	compare(&d, upstreamCallColumns, before.upstreamCalls, after.upstreamCalls)
	d.compareUpstream(before, after)
	return d.changes
}
