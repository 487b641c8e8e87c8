import { indexHazard, plan, statement, step } from './facts.ts';

/** Everything at once that Markdown, HTML or GitHub would make something of. */
export const hostileText =
  '@acme/dba #1 GH-2 x/y#3 <img src=x onerror=alert(1)> <script>alert(1)</script> </details> --> ' +
  '[click](javascript:alert(1)) ![p](https://evil.example/p.png) https://evil.example www.evil.example a@evil.example ' +
  '**bold** ~~gone~~ `code` ``` | cell | $x$ \\ \u202Etxt.exe\u202C \u200B\u0007\u001B[31m &lt;b&gt;\n# heading\n- item\n> quote\n```\nfence\n```';

export const hostilePlan = plan({
  steps: [
    step(hostileText, {
      path: `migrations/${hostileText}`,
      statements: [
        statement(`SELECT '${hostileText}'; -- \u2066 ~~~ \`\`\`\`\n</details>\n<h1>x</h1>\n@acme/dba`, {
          locks: [{ relation: hostileText, mode: 'AccessExclusiveLock' }],
          rewrites: [hostileText],
        }),
        statement('SELECT 1', { durationMs: null, notTried: hostileText }),
      ],
      reverse: [`/* ${hostileText} */ SELECT 1`],
    }),
  ],
  goesFirst: [hostileText],
  problems: [
    { code: 'dry-run-up', message: hostileText, path: hostileText, line: 3, detail: hostileText },
    { code: 'compile', message: hostileText, migration: hostileText },
  ],
  hazards: [
    { ...indexHazard, rule: hostileText, message: hostileText, advice: hostileText, path: hostileText },
    { ...indexHazard, waiver: { rule: 'x', until: hostileText, reason: hostileText } },
  ],
  reversibility: [{ migration: hostileText, verdict: 'lossy', reason: hostileText }],
  schemaDiff: [
    {
      kind: hostileText,
      name: hostileText,
      change: 'changed',
      before: hostileText,
      after: `${hostileText}\nmore`,
    },
  ],
  notes: [hostileText],
});
