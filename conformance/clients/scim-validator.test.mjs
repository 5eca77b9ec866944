// The validator itself: what it must not let pass.
import assert from "node:assert/strict";
import { test } from "node:test";
import SCIMMY from "scimmy";
import { group, list, refused, user } from "./scim-validator.mjs";

const { User, Group } = SCIMMY.Schemas;
const { ListResponse, ErrorResponse } = SCIMMY.Messages;
const meta = (resourceType, id) => ({ resourceType, location: `/scim/v2/d/${resourceType}s/${id}` });
const nora = {
  schemas: [User.id],
  id: "7",
  userName: "nora@example.com",
  name: { givenName: "Nora", familyName: "" },
  emails: [{ value: "nora@example.com", primary: true }],
  active: true,
  groups: [],
  meta: meta("User", "7"),
};
const crew = { schemas: [Group.id], id: "g", displayName: "Crew", members: [{ value: "7", $ref: "/scim/v2/d/Users/7", display: "nora@example.com" }], meta: meta("Group", "g") };
const page = { schemas: [ListResponse.id], totalResults: 1, startIndex: 1, itemsPerPage: 1, Resources: [nora] };
const missing = { schemas: [ErrorResponse.id], status: 404, detail: "User not found" };

test("valid answers pass", () => {
  user({ status: 200, body: nora });
  group({ status: 201, body: crew }, 201);
  list({ status: 200, body: page }, User);
  refused({ status: 404, body: missing }, 404, "User not found");
});

const asUser = (change) => () => user({ status: 200, body: { ...nora, ...change } });
const asGroup = (change) => () => group({ status: 200, body: { ...crew, ...change } });
const asList = (change) => () => list({ status: 200, body: { ...page, ...change } }, User);
const asRefusal = (change, detail) => () => refused({ status: 404, body: { ...missing, ...change } }, 404, detail);

for (const [name, check] of Object.entries({
  "another status": () => user({ status: 201, body: nora }),
  "a number for an id": asUser({ id: 7 }),
  "no userName": asUser({ userName: undefined }),
  "an empty userName": asUser({ userName: "" }),
  "text for active": asUser({ active: "True" }),
  "an attribute that no schema has": asUser({ uuid: "x" }),
  "an unknown attribute of an e-mail": asUser({ emails: [{ value: "nora@example.com", verified: true }] }),
  "a group's schema on a user": asUser({ schemas: [Group.id] }),
  "a location elsewhere": asUser({ meta: meta("User", "8") }),
  "no displayName": asGroup({ displayName: undefined }),
  "a number for a member": asGroup({ members: [{ value: 7 }] }),
  "a list without its schema": asList({ schemas: [] }),
  "a list of something invalid": asList({ Resources: [crew] }),
  "more rows than there are": asList({ totalResults: 0 }),
  "an error in another form": asRefusal({ schemas: undefined }),
  "an error of another status": asRefusal({ status: 400 }),
  "an error in other words": asRefusal({}, "Group not found"),
})) {
  test(`refuses ${name}`, () => assert.throws(check));
}
