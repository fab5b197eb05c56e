/** What a token may do, each role including the ones before it. */
export const ROLES = ['viewer', 'author', 'approver', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export function includesRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
