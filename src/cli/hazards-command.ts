import { parseArgs } from 'node:util';
import { hazardRules } from '../hazards/rules.ts';
import { UsageError, type Terminal } from './terminal.ts';

const hazardsUsage = `tidegate hazards: what a plan looks for, each with what to write instead

  --format FORMAT   text or json (default: text)
`;

/** `tidegate hazards`: what Tidegate looks for, as text or JSON. Returns the exit status. */
export function hazardsCommand(args: readonly string[], terminal: Terminal): number {
  if (args.includes('--help')) {
    terminal.print(hazardsUsage);
    return 0;
  }
  const format = formatOf(args);
  if (format === 'json') {
    const rules = hazardRules.map(({ id, severity, sentence, advice, equivalents, bad, good }) => {
      return { id, severity, sentence, advice, equivalents, bad, good };
    });
    terminal.print(`${JSON.stringify(rules, null, 2)}\n`);
    return 0;
  }
  for (const { id, severity, sentence, advice } of hazardRules) {
    terminal.print(`${id} (${severity})\n  ${sentence}\n  ${advice}\n\n`);
  }
  return 0;
}

function formatOf(args: readonly string[]): 'text' | 'json' {
  try {
    const { values } = parseArgs({ args: [...args], strict: true, options: { format: { type: 'string' } } });
    if (values.format === undefined || values.format === 'text') return 'text';
    if (values.format === 'json') return 'json';
  } catch {
    // Falls through to the one message that says what is expected.
  }
  throw new UsageError('tidegate hazards takes --format text or --format json.');
}
