/** What a change of the repository's file would change, and what that would have meant. */
export interface RulesView {
  readonly environments: readonly {
    /** Null for what goes for all of them. */
    readonly name: string | null;
    readonly rules: readonly {
      /** What follows the environment's name; null where there is none. */
      readonly before: string | null;
      readonly after: string | null;
      readonly direction: 'stricter' | 'looser' | 'other';
    }[];
  }[];
  /** Numbers of merged pull requests, newest first. */
  readonly past: {
    readonly looked: number;
    readonly notKnown: number;
    readonly wouldWait: readonly number[];
    readonly wouldPass: readonly number[];
    readonly askedMore: readonly number[];
    readonly askedFewer: readonly number[];
  };
}
