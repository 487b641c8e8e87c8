import type { Random } from '../../flows/random.ts';
import { ruleOf, type Change, type Scene, type Somebody } from './scene.ts';
import type { Step } from './steps.ts';
import type { Written } from './written-policy.ts';

/** Who is there when a sequence begins. */
export const everybody: Readonly<Record<string, Somebody>> = {
  ada: { role: 'write', teams: [], isBot: false },
  ivo: { role: 'write', teams: ['interns'], isBot: false },
  dana: { role: 'write', teams: ['dba'], isBot: false },
  dirk: { role: 'read', teams: ['dba', 'security'], isBot: false },
  sam: { role: 'write', teams: ['security'], isBot: false },
  pia: { role: 'write', teams: ['payments'], isBot: false },
  max: { role: 'maintain', teams: [], isBot: false },
  root: { role: 'admin', teams: [], isBot: false },
  wim: { role: 'write', teams: [], isBot: false },
  rita: { role: 'read', teams: [], isBot: false },
  'schema-robot[bot]': { role: 'write', teams: ['dba'], isBot: true },
  'other-robot[bot]': { role: 'admin', teams: [], isBot: true },
};

const logins = Object.keys(everybody);

export interface NamedPolicy {
  readonly name: string;
  readonly written: Written;
}

/** A pull request that was just opened, under some of these policies. */
export function anyScene(random: Random, policies: readonly NamedPolicy[]): Scene {
  const author = random.pick(['ada', 'ada', 'ivo', 'dana']);
  return {
    people: everybody,
    written: { prod: random.pick(policies).written, qa: random.pick(policies).written },
    base: 'prod',
    author,
    change: anyChange(random),
    labels: [],
    areCommitsListed: true,
    commits: [{ author, committer: author, coAuthors: [], isUpdate: false }],
    pushedBy: author,
    said: [],
    mergedBy: null,
    isExpired: false,
    isHeld: false,
    endsHold: false,
    brokeGlass: null,
  };
}

/** What a change can be like; the content is all that decides what would run. */
function anyChange(random: Random): Change {
  const severity = random.pick([null, null, 'low', 'medium', 'high'] as const);
  const isEmpty = random.below(20) === 0;
  const changesRules = random.below(8) === 0;
  const statement = random.pick(['ALTER TABLE', 'CREATE INDEX', 'DROP TABLE', 'DROP INDEX', 'TRUNCATE']);
  const path = random.pick(['003_total', '004_payments', '005_auth_keys', '006_free_text']);
  const paths = [
    ...(isEmpty ? [] : [`migrations/${path}.sql`]),
    ...(random.below(4) === 0 ? ['migrations/004_payments.sql'] : []),
    ...(changesRules || isEmpty ? ['.github/tidegate.yml'] : []),
  ];
  return {
    content: `work ${random.below(2 ** 30)}`,
    steps: isEmpty ? 0 : 1 + random.below(2),
    changesRules,
    bringsWaiver: random.below(8) === 0,
    hazards: severity === null ? [] : [{ rule: ruleOf[severity], severity }],
    tables: [random.pick(['public.orders', 'public.payments', 'billing.invoices', 'audit.log'])],
    rows: random.pick([null, 0, 10, 1_000_000, 1_000_001]),
    paths: [...new Set(paths)],
    reversibility: [random.pick(['proven', 'proven', 'lossy', 'irreversible', 'unproven'])],
    statements: random.below(8) === 0 ? null : [statement],
    isRed: random.below(25) === 0,
  };
}

/** Makes up what happens next; `seen` are the changes that the pull request has held so far. */
export function anyStep(
  random: Random,
  scene: Scene,
  seen: readonly Change[],
  policies: readonly NamedPolicy[],
): Step {
  const pick = (): string => random.pick(logins);
  const roll = random.below(100);
  if (roll < 47) return anySaying(random, scene, roll);
  if (roll < 53) return { kind: 'dismiss', index: random.below(Math.max(scene.said.length, 1)) };
  if (roll < 65) return anyPush(random, scene, seen);
  if (roll < 68) return { kind: 'update', by: pick() };
  if (roll < 72) return anyTeam(random);
  if (roll < 75) return { kind: 'role', login: pick(), role: random.pick(roles) };
  if (roll < 80) return anyPolicy(random, policies);
  if (roll < 84) return { kind: 'severity', severity: random.pick([null, 'low', 'medium', 'high'] as const) };
  if (roll < 85) return { kind: 'rows', rows: random.pick([null, 10, 1_000_001]) };
  if (roll < 88) return { kind: 'label', label: random.pick(['risky', 'Needs-Security', 'nice']) };
  if (roll < 91) return { kind: 'retarget', to: scene.base === 'prod' ? 'qa' : 'prod' };
  return anyEvent(random, pick());
}

/** At times by somebody who has had a say before. */
function anySaying(random: Random, { said }: Scene, roll: number): Step {
  const again = said.length > 0 && random.below(3) === 0;
  return {
    kind: 'say',
    by: again ? random.pick(said).by : random.pick(logins),
    what: roll < 39 ? 'approved' : roll < 45 ? 'changes-requested' : 'commented',
  };
}

const roles = ['none', 'read', 'triage', 'write', 'maintain', 'admin', 'release-manager'];

function anyTeam(random: Random): Step {
  return {
    kind: 'team',
    login: random.pick(logins),
    team: random.pick(['dba', 'security', 'payments', 'interns']),
  };
}

function anyPolicy(random: Random, policies: readonly NamedPolicy[]): Step {
  const { name, written } = random.pick(policies);
  return { kind: 'policy', environment: random.pick(['prod', 'prod', 'qa']), name, written };
}

/** Mostly by the author and of what leaves the plan equal; at times a step back to an older content. */
function anyPush(random: Random, { author }: Scene, seen: readonly Change[]): Step {
  const somebody = (): string => (random.below(3) === 0 ? random.pick(logins) : author);
  const roll = random.below(5);
  return {
    kind: 'push',
    by: somebody(),
    author: somebody(),
    committer: somebody(),
    coAuthors: random.below(4) === 0 ? [random.pick(logins)] : [],
    change: roll < 3 ? null : roll === 3 ? random.pick(seen) : anyChange(random),
  };
}

/** What comes about seldom; what closes the gate is mostly undone again. */
function anyEvent(random: Random, by: string): Step {
  const roll = random.below(30);
  if (roll < 6) return { kind: 'merge', by };
  if (roll < 9) return { kind: 'expire' };
  if (roll < 15) return { kind: 'plan-again' };
  if (roll < 19) return { kind: 'hold', endsIt: random.below(2) === 0 };
  if (roll < 27) return { kind: 'release' };
  return roll < 29 ? { kind: 'break-glass', by } : { kind: 'lengthen' };
}
