import type { Severity } from '../../../src/domain/severity.ts';

/** A rule as somebody writes it; what stands side by side has to hold together. */
export interface WrittenRule {
  readonly required?: number;
  readonly from?: readonly string[];
  readonly all?: readonly WrittenRule[];
  readonly any?: readonly WrittenRule[];
  readonly different_people?: boolean;
}

/** What it asks for beside the rest, of a change that is like that. */
export interface WrittenWhen extends WrittenRule {
  readonly hazard?: Severity;
  readonly rule?: string | readonly string[];
  readonly table?: string | readonly string[];
  readonly schema?: string | readonly string[];
  readonly rows_over?: number;
  readonly path?: string | readonly string[];
  readonly label?: string | readonly string[];
  readonly author_team?: string | readonly string[];
  readonly reversibility?: string | readonly string[];
  readonly statement?: string | readonly string[];
}

export interface WrittenApprovals extends WrittenRule {
  readonly when?: readonly WrittenWhen[];
  readonly bots?: readonly string[];
}

/** An environment as the repository's file has it, without its branch. */
export interface WrittenPolicy {
  readonly protected?: boolean;
  readonly approvals?: WrittenApprovals;
  readonly separate?: { readonly approving_and_merging: boolean };
  readonly plan_expires?: string;
  readonly break_glass?: { readonly from: readonly string[] };
}

/** The server's floor. */
export interface WrittenFloor {
  readonly protected?: boolean;
  readonly approvals?: number;
  readonly from?: readonly string[];
}

/** What holds for an environment: what the two files say. */
export interface Written {
  readonly policy: WrittenPolicy;
  readonly floor: WrittenFloor | null;
}

/** The values of a key that takes one text or a list of them. */
export function listed(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
