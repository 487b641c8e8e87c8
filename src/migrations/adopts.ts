/** How a migration says of which environment's database it describes what is there already. */
const line = /^[ \t]*(?:--|\/\/)[ \t]*tidegate:adopts[ \t]+([a-z][a-z0-9-]*)[ \t]*\r?$/gm;

/** The line itself. */
export function adoptsLine(environment: string): string {
  return `-- tidegate:adopts ${environment}`;
}

/** Environments whose databases have already what a migration makes, by its source. */
export function adoptingIn(source: string): ReadonlySet<string> {
  return new Set([...source.matchAll(line)].map(([, environment = '']) => environment));
}
