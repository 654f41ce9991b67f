/** A role that a person, a group or an application was given at one place in Azure, and has below it. */
export type RoleAssignment = {
  id: string;
  /** ARM path of the place; above the one that was asked for where it is inherited. */
  scope: string;
  /** Object id in the directory, which may know nobody of it any more. */
  principalId: string;
  principalType: string | null;
  /** GUID of the role, in lower case. */
  roleKey: string;
  createdAt: Date | null;
  /** It grants what the role says only where this holds. */
  condition: string | null;
};

export type Role = {
  name: string;
  description: string | null;
  /** Patterns such as `Microsoft.Storage/*`, of everything it allows. What it takes out of them is not told. */
  actions: string[];
};

/** Whose assignments. At most one of `principalId` (that very one) and `assignedTo` (with its groups). */
export type RoleAssignmentFilter = {
  principalId: string | null;
  assignedTo: string | null;
  /** At the place and inherited from above it, nothing below. */
  atScope: boolean;
};
