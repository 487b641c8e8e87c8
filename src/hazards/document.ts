import { exampleSchema } from './example-schema.ts';
import type { HazardRule } from './rule.ts';

const severityWords = {
  high: 'High: stops writers or loses data.',
  medium: 'Medium.',
  low: 'Low.',
} as const;

/** The rules as a page for people: `docs/hazards.md`. */
export function hazardsDocument(rules: readonly HazardRule[]): string {
  return [
    '# Hazards',
    'What a migration can do to a live database, and what to write instead. Each example is run on a real PostgreSQL by the tests: the first must be found, the second must not.',
    'What was observed on the shadow decides where it can tell: locks, and tables that were written anew. What only concerns tables that the plan itself makes is no hazard, and what no rule understands is one (`unexplained-lock`, `dynamic-sql`, `not-tried`).',
    '## Waivers',
    'A hazard that is meant gets a comment on its statement, on the same line or directly above:',
    fenced(
      '-- tidegate:allow drop-column until=2099-12-31 reason="nobody reads it since release 41"\nALTER TABLE orders DROP COLUMN note;',
    ),
    'In JavaScript and TypeScript the comment starts with `//` and stands at the `pgm` call. It names one rule, gives a reason, and holds through its last day (UTC). Without a reason or an end it does not hold. A waiver in force is part of the plan and of its digest.',
    '## The tables of the examples',
    fenced(exampleSchema),
    '## Rules',
    ...rules.flatMap(section),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function section({ id, severity, sentence, advice, equivalents, bad, good }: HazardRule): readonly string[] {
  const elsewhere = Object.entries(equivalents).map(
    ([tool, ids]) => `${tool} ${ids.map((name) => `\`${name}\``).join(', ')}`,
  );
  return [
    `### ${id}`,
    `${severityWords[severity]} ${sentence}`,
    fenced(bad),
    `Instead: ${advice}`,
    fenced(good),
    ...(elsewhere.length > 0 ? [`Elsewhere: ${elsewhere.join('; ')}.`] : []),
  ];
}

function fenced(sql: string): string {
  return `\`\`\`sql\n${sql}\n\`\`\``;
}
