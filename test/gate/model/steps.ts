import type { Severity } from '../../../src/domain/severity.ts';
import { riskOf, ruleOf, wouldRun, type Change, type Scene } from './scene.ts';
import type { Written } from './written-policy.ts';

/** Something that somebody does, or that comes about; what cannot be done in a scene changes nothing. */
export type Step =
  /** Without a change, what would run stays equal. */
  | {
      readonly kind: 'push';
      readonly by: string;
      readonly author: string;
      readonly committer: string;
      readonly coAuthors: readonly string[];
      readonly change: Change | null;
    }
  | { readonly kind: 'update'; readonly by: string }
  | {
      readonly kind: 'say';
      readonly by: string;
      readonly what: 'approved' | 'changes-requested' | 'commented';
    }
  /** The review of that index. */
  | { readonly kind: 'dismiss'; readonly index: number }
  | { readonly kind: 'team'; readonly login: string; readonly team: string }
  | { readonly kind: 'role'; readonly login: string; readonly role: string }
  | {
      readonly kind: 'policy';
      readonly environment: string;
      readonly written: Written;
      readonly name: string;
    }
  /** Other hazards are found in the same statements: the target has changed. */
  | { readonly kind: 'severity'; readonly severity: Severity | null }
  | { readonly kind: 'rows'; readonly rows: number | null }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'retarget'; readonly to: string }
  | { readonly kind: 'merge'; readonly by: string }
  | { readonly kind: 'expire' }
  | { readonly kind: 'plan-again' }
  | { readonly kind: 'hold'; readonly endsIt: boolean }
  | { readonly kind: 'release' }
  | { readonly kind: 'break-glass'; readonly by: string }
  | { readonly kind: 'lengthen' };

/** The scene after a step. */
export function after(scene: Scene, step: Step): Scene {
  const isOpen = scene.mergedBy === null;
  switch (step.kind) {
    case 'push':
      return isOpen ? pushed(scene, step) : scene;
    case 'update':
      return isOpen ? updated(scene, step.by) : scene;
    case 'say':
      return said(scene, step.by, step.what);
    case 'dismiss':
      return {
        ...scene,
        said: scene.said.map((one, index) =>
          index === step.index && one.what !== 'commented' ? { ...one, isDismissed: true } : one,
        ),
      };
    case 'team':
      return toggled(scene, step.login, step.team);
    case 'role':
      return withPerson(scene, step.login, { role: step.role });
    case 'policy':
      return { ...scene, written: { ...scene.written, [step.environment]: step.written } };
    case 'severity': {
      const hazards =
        step.severity === null ? [] : [{ rule: ruleOf[step.severity], severity: step.severity }];
      return { ...scene, change: { ...scene.change, hazards } };
    }
    case 'rows':
      return { ...scene, change: { ...scene.change, rows: step.rows } };
    case 'label': {
      const others = scene.labels.filter((label) => label !== step.label);
      const isNew = others.length === scene.labels.length;
      return { ...scene, labels: isNew ? [...others, step.label] : others };
    }
    case 'retarget':
      return isOpen ? { ...scene, base: step.to } : scene;
    case 'merge':
      return isOpen ? { ...scene, mergedBy: step.by } : scene;
    case 'expire':
      return { ...scene, isExpired: true };
    case 'plan-again':
      return { ...scene, isExpired: false };
    case 'hold':
      return { ...scene, isHeld: true, endsHold: step.endsIt };
    case 'release':
      return { ...scene, isHeld: false, endsHold: false };
    case 'break-glass':
      return { ...scene, brokeGlass: step.by };
    case 'lengthen':
      return { ...scene, areCommitsListed: false };
  }
}

function pushed(scene: Scene, step: Extract<Step, { kind: 'push' }>): Scene {
  const { author, committer, coAuthors, by, change } = step;
  return {
    ...scene,
    commits: [...scene.commits, { author, committer, coAuthors, isUpdate: false }],
    pushedBy: by,
    change: change ?? scene.change,
    isExpired: false,
  };
}

function updated(scene: Scene, by: string): Scene {
  const merge = { author: by, committer: by, coAuthors: [], isUpdate: true };
  return { ...scene, commits: [...scene.commits, merge], isExpired: false };
}

function said(scene: Scene, by: string, what: Extract<Step, { kind: 'say' }>['what']): Scene {
  // GitHub lets nobody judge their own pull request.
  if (by === scene.author && what !== 'commented') return scene;
  const { change } = scene;
  const review = { by, what, isDismissed: false, of: wouldRun(scene), risk: riskOf(change) };
  return { ...scene, said: [...scene.said, review] };
}

function toggled(scene: Scene, login: string, team: string): Scene {
  const teams = scene.people[login]?.teams ?? [];
  const others = teams.filter((one) => one !== team);
  return withPerson(scene, login, { teams: others.length === teams.length ? [...teams, team] : others });
}

function withPerson(scene: Scene, login: string, over: { role?: string; teams?: readonly string[] }): Scene {
  const known = scene.people[login];
  if (known === undefined) return scene;
  return { ...scene, people: { ...scene.people, [login]: { ...known, ...over } } };
}

/** A step in a line of a diary. */
export function words(step: Step): string {
  switch (step.kind) {
    case 'push': {
      const { by, author, committer, coAuthors, change } = step;
      const named = coAuthors.length === 0 ? '' : `, with ${coAuthors.join(', ')}`;
      const what = change === null ? 'what leaves the plan equal' : JSON.stringify(change);
      return `${by} pushes a commit by ${author}, committed by ${committer}${named}: ${what}`;
    }
    case 'update':
      return `${step.by} updates the branch`;
    case 'say':
      return `${step.by}: ${step.what}`;
    case 'dismiss':
      return `review ${step.index} is dismissed`;
    case 'team':
      return `${step.login} joins or leaves ${step.team}`;
    case 'role':
      return `${step.login} now has the role ${step.role}`;
    case 'policy':
      return `${step.environment} is now under ${step.name}: ${JSON.stringify(step.written)}`;
    case 'severity':
      return `its worst hazard is now ${step.severity ?? 'none'}`;
    case 'rows':
      return `its biggest table now holds ${step.rows ?? 'nobody knows how many'} rows`;
    case 'label':
      return `the label ${step.label} comes or goes`;
    case 'retarget':
      return `it is retargeted to ${step.to}`;
    case 'merge':
      return `${step.by} merges it`;
    case 'expire':
      return 'its plan grows too old';
    case 'plan-again':
      return 'it is planned again';
    case 'hold':
      return `the environment goes on hold, which this ${step.endsIt ? 'ends' : 'does not end'}`;
    case 'release':
      return 'the hold ends';
    case 'break-glass':
      return `${step.by} breaks the glass`;
    case 'lengthen':
      return 'it gets more commits than GitHub lists';
  }
}
