/** Something about a server that is not as the recipe has it. */
export interface Finding {
  /** `unsafe`: a plan could reach more than its own database, or could not be ended. `advice`: the rest. */
  readonly weight: 'unsafe' | 'advice';
  readonly what: string;
  /** What to run as that server's superuser, or to write where the text says. */
  readonly mend: readonly string[];
}

export function unsafe(what: string, mend: readonly string[]): Finding {
  return { weight: 'unsafe', what, mend };
}

export function advice(what: string, mend: readonly string[]): Finding {
  return { weight: 'advice', what, mend };
}
