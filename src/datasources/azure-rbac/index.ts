import type { Page, PageRequest } from '../../domain/paging.ts';
import type { Role, RoleAssignment, RoleAssignmentFilter } from '../../domain/roles.ts';

/**
 * Who may do what in Azure, as one caller may read it, for one operation. All throw MlgraphError; a missing right is
 * FORBIDDEN, naming it and who gives it.
 */
export type RoleAssignments = {
  /** `home` of the ids of the subscription's assignments. */
  home: string;
  /** ARM path of the configured subscription. */
  subscription: string;
  /** `scope` is an ARM path, checked and normalised (`readScope`). */
  list(
    query: { scope: string; filter: RoleAssignmentFilter },
    page: PageRequest,
  ): Promise<Page<RoleAssignment>>;
  /** By the place where it was made, and its GUID. Asks for the right there. */
  get(scope: string, name: string): Promise<RoleAssignment>;
  /**
   * The role of an assignment; of many in a call or two. `scope`: where the caller reads the definitions.
   * Null: it is defined no more.
   */
  role(roleKey: string, scope: string): Promise<Role | null>;
};
