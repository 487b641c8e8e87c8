import type { BaselineChoice } from './baseline.ts';

/** Roles as in GitHub's `role_name`, from least to most. */
export const roles = ['read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether `role` gives at least the rights of `floor`; `none` and custom roles do not. */
export function roleAtLeast(role: string, floor: Role): boolean {
  const found = roles.findIndex((known) => known === role);
  return found >= roles.indexOf(floor);
}

/** Whose approval counts, or who may do a thing. */
export type Subject =
  | { readonly kind: 'user'; readonly login: string }
  /** `slug` of a team of the repository's organisation. */
  | { readonly kind: 'team'; readonly organisation: string; readonly slug: string }
  | { readonly kind: 'role'; readonly role: 'write' | 'maintain' | 'admin' };

export interface ApprovalPolicy {
  readonly required: number;
  /** Any of these; never empty where `required` is over 0. */
  readonly from: readonly Subject[];
}

/** An environment as the two files together say, the server's floor already laid under it. */
export interface EnvironmentPolicy {
  readonly name: string;
  readonly branch: string;
  readonly protected: boolean;
  readonly promotesFrom: string | null;
  readonly approvals: ApprovalPolicy;
  /** Confirmations that a rollback needs from others than who asked. */
  readonly rollback: ApprovalPolicy;
  /** Absent where its migrations replay from nothing. */
  readonly baseline?: BaselineChoice | undefined;
}
