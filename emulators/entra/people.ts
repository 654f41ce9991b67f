/** A person of the local directory. The ids are fixed, so that what they own outlives a restart. */
export type Person = {
  name: string;
  /** `outsider`: signs in, but has no right upstream. */
  role: 'data-scientist' | 'administrator' | 'outsider';
  oid: string;
  email: string;
  /** App roles of the gateway's registration, as they stand in `roles`. */
  appRoles: readonly string[];
};

/** In the order in which they are listed to people. */
export const people: readonly Person[] = [
  person('Ada', 'data-scientist', 'a7c20d5e-1c4b-4f7a-9d1e-0b6f3a52c101', ['mlgraph.member']),
  person('Ben', 'data-scientist', 'b3e91f60-72d8-4c35-8a4f-5d0c96e7b202', ['mlgraph.member']),
  person('Grace', 'administrator', 'c5d482a7-39e6-4b91-b7c0-e81a4f6d2303', [
    'mlgraph.member',
    'mlgraph.admin',
  ]),
  person('Olaf', 'outsider', 'd9f6b318-84c1-4e27-a5d3-2c7e90b1f404'),
];

function person(name: string, role: Person['role'], oid: string, appRoles: string[] = []): Person {
  return { name, role, oid, email: `${name.toLowerCase()}@contoso.example`, appRoles };
}
