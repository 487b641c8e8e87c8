import type { Problem } from '../../domain/problem.ts';

/** What a shadow is to hold could not be compiled, which was noticed only when one was to be built of it. */
export class BaselineProblems extends Error {
  override readonly name = 'BaselineProblems';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.problems = problems;
  }
}
