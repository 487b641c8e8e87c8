import { z } from 'zod';
import { hazardRuleIds } from '../domain/hazard-rules.ts';
import { nearest } from '../domain/nearest.ts';
import { isSoonTried } from '../domain/path-pattern.ts';
import { severities } from '../domain/severity.ts';
import { commandWords } from './command-words.ts';
import { subjectList, teamList } from './subjects.ts';

/** How many approvals are asked for. */
export const count = z.int({ error: 'a whole number' }).min(0, 'a number from 0').max(20, 'at most 20');

/** What has to be agreed to, as written: all that is given has to hold. */
export interface WrittenRule {
  readonly required?: number | undefined;
  readonly from?: z.infer<typeof subjectList> | undefined;
  readonly all?: readonly WrittenRule[] | undefined;
  readonly any?: readonly WrittenRule[] | undefined;
  readonly different_people?: boolean | undefined;
}

/** In a list or beside a condition a rule that asks for nobody would be met by itself. */
const seats = count.min(1, 'at least 1: a rule that asks for nobody is left out');

const ruleForm = "a rule such as { required: 1, from: ['@acme/dba'] }";

const rule: z.ZodType<WrittenRule> = z.lazy(() =>
  z
    .strictObject(ruleParts, { error: ruleForm })
    .refine(saysSomething, `${ruleForm}, or all: or any: with a list of rules`),
);

const rules = z
  .array(rule, { error: `a list of rules, such as [${ruleForm.slice(15)}]` })
  .min(1, 'at least one rule');

const ruleParts = {
  required: seats.optional(),
  from: subjectList.optional(),
  all: rules.optional(),
  any: rules.optional(),
  different_people: z.boolean({ error: 'true or false' }).optional(),
};

function saysSomething({ required, from, all, any }: WrittenRule): boolean {
  return [required, from, all, any].some((part) => part !== undefined);
}

/** One text or a list of them. `refusal` is why a text is none of these, as the rest of a sentence; null where it is one. */
function texts(
  what: string,
  refusal: (text: string) => string | null = () => null,
): z.ZodType<readonly string[]> {
  const one = z
    .string({ error: what })
    .trim()
    .min(1, what)
    .max(200, `${what}, of at most 200 characters`)
    .superRefine((text, context) => {
      const why = refusal(text);
      if (why !== null) context.addIssue({ code: 'custom', message: `${what}${why}` });
    });
  return z.union([one.transform((text) => [text]), z.array(one, { error: what }).min(1, what)], {
    error: `${what}, or a list of them`,
  });
}

/** A condition that is misspelt would hold for nothing, and ask nobody. */
function unlike(known: readonly string[], word: string): string | null {
  if (known.includes(word)) return null;
  const meant = nearest(word, known, 4);
  return meant === null ? '' : ` (did you mean ${meant}?)`;
}

function pathRefusal(pattern: string): string | null {
  if (/^[!#]/.test(pattern)) return ', which does not begin with ! or #';
  return isSoonTried(pattern) ? null : ', with at most three * between two slashes, and three **';
}

const verdicts = ['lossy', 'irreversible', 'unproven'] as const;
const verdict = z.enum(verdicts, { error: `one of ${verdicts.join(', ')}` });

const conditions = {
  hazard: z.enum(severities, { error: `one of ${severities.join(', ')}` }).optional(),
  rule: texts("a hazard's rule of docs/hazards.md, such as drop-table", (id) =>
    unlike(hazardRuleIds, id),
  ).optional(),
  table: texts('a table, such as public.orders or billing.*').optional(),
  schema: texts('a schema, such as billing').optional(),
  rows_over: z.int({ error: 'a whole number of rows' }).min(0, 'a number from 0').optional(),
  path: texts('a pattern of paths, such as migrations/*_billing_*.sql', pathRefusal).optional(),
  label: texts("a label of pull requests, such as 'risky'").optional(),
  author_team: teamList.optional(),
  reversibility: z
    .union([verdict.transform((one) => [one]), z.array(verdict).min(1)], {
      error: `one of ${verdicts.join(', ')}, or a list of them`,
    })
    .optional(),
  statement: texts('the first words of a command, such as DROP TABLE', (text) =>
    unlike(commandWords, text.toUpperCase().split(/\s/)[0] ?? ''),
  ).optional(),
};

const conditional = z
  .strictObject({ ...conditions, ...ruleParts }, { error: 'a mapping such as { hazard: high, required: 2 }' })
  .refine(
    (written) => Object.keys(conditions).some((key) => Object.hasOwn(written, key)),
    `a condition (${Object.keys(conditions).join(', ')}) beside what it asks for`,
  )
  .refine(saysSomething, `what it asks for (required, from, all or any) beside the condition`);

/** What an environment's approvals may hold. */
export const approvals = z.strictObject(
  {
    ...ruleParts,
    required: count.optional(),
    when: z.array(conditional, { error: 'a list such as [{ hazard: high, required: 2 }]' }).optional(),
    bots: texts("a bot, such as 'renovate[bot]'").optional(),
  },
  { error: "a mapping such as { required: 1, from: ['@acme/dba'] }" },
);

export type WrittenApprovals = z.infer<typeof approvals>;
export type WrittenCondition = z.infer<typeof conditional>;

/** The keys that are known below `place`, for the words of a mistake; rules in rules are known two deep. */
export function approvalKeys(place: string): Readonly<Record<string, readonly string[]>> {
  const inner = Object.keys(ruleParts);
  const below = (at: string, depth: number): readonly (readonly [string, readonly string[]])[] =>
    ['all', 'any'].flatMap((part) => {
      const here = `${at}.${part}.*`;
      return [[here, inner] as const, ...(depth > 1 ? below(here, depth - 1) : [])];
    });
  return Object.fromEntries([
    [place, Object.keys(approvals.shape)],
    [`${place}.when.*`, [...Object.keys(conditions), ...inner]],
    ...below(place, 2),
    ...below(`${place}.when.*`, 2),
  ]);
}
