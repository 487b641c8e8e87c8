import { checkNames } from './branch-guards.ts';

/** The ruleset that guards an environment's branch, as GitHub's REST API takes it ("Create a repository ruleset"). */
export interface GuardingRuleset {
  readonly name: string;
  readonly target: 'branch';
  readonly enforcement: 'active';
  readonly bypass_actors: readonly never[];
  readonly conditions: {
    readonly ref_name: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  };
  readonly rules: readonly [
    { readonly type: 'deletion' },
    { readonly type: 'non_fast_forward' },
    {
      readonly type: 'required_status_checks';
      readonly parameters: {
        readonly strict_required_status_checks_policy: boolean;
        readonly required_status_checks: readonly {
          readonly context: string;
          readonly integration_id: number;
        }[];
      };
    },
  ];
}

/** All that a protected environment's branch needs, in one ruleset of a name of its own, with nobody who passes it by. */
export function guardingRuleset(environment: string, branch: string, appId: number): GuardingRuleset {
  return {
    name: `Tidegate (${environment})`,
    target: 'branch',
    enforcement: 'active',
    bypass_actors: [],
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules: [
      { type: 'deletion' },
      { type: 'non_fast_forward' },
      {
        type: 'required_status_checks',
        parameters: {
          // A plan is of what the change adds to its base: an update of the branch alone makes it no other.
          strict_required_status_checks_policy: false,
          required_status_checks: checkNames(environment).map((context) => ({
            context,
            integration_id: appId,
          })),
        },
      },
    ],
  };
}
