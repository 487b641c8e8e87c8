/** What a comment can ask for. One command a line, at the start of the line. */
export type Command =
  | { readonly name: 'plan' }
  | {
      readonly name: 'rollback';
      readonly of: RollbackOf;
      readonly dryRun: boolean;
      readonly acceptDataLoss: boolean;
      readonly environment: string | null;
    }
  | { readonly name: 'confirm' }
  /** Takes the writer's own `/confirm` back. */
  | { readonly name: 'withdraw' }
  | { readonly name: 'retry'; readonly environment: string | null }
  | { readonly name: 'release'; readonly environment: string | null }
  | { readonly name: 'hold'; readonly environment: string | null; readonly why: string }
  /** `/apply --now`: out of its window, or without the approvals. */
  | { readonly name: 'apply'; readonly environment: string | null; readonly why: string }
  | {
      readonly name: 'drift';
      readonly action: 'show' | 'adopt' | 'revert';
      readonly acceptDataLoss: boolean;
      readonly environment: string | null;
    }
  | { readonly name: 'promote'; readonly environment: string | null }
  | { readonly name: 'status' }
  | { readonly name: 'help' };

/** What a rollback is to take back. */
export type RollbackOf =
  /** What the merge of the pull request that it is asked on has run. */
  | { readonly kind: 'pull-request' }
  | { readonly kind: 'migration'; readonly migration: string }
  /** All that ran after this one, which stays. */
  | { readonly kind: 'to'; readonly migration: string }
  | { readonly kind: 'last'; readonly count: number };

export type CommandName = Command['name'];

/** Commands that touch a target, or what goes to it: they run in the environment's order. */
export type TargetCommand = Exclude<Command, { name: 'plan' | 'status' | 'help' }>;

/** A line that is a command, or wanted to be one. */
export type ParsedCommand =
  | { readonly kind: 'command'; readonly command: Command; readonly line: string }
  /** `message` says what was not understood and suggests the nearest. */
  | { readonly kind: 'mistake'; readonly message: string; readonly line: string };
