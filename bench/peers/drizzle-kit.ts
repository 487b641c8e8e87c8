import { inPackage, padded, type Peer } from './peer.ts';

/** When the first migration was made, as drizzle-kit's journal wants it; it runs what is newer than the last one. */
const firstMadeAt = Date.UTC(2025, 0, 1);

export const drizzleKit: Peer = {
  name: 'drizzle-kit',
  files: (migrations, database) => {
    const tagOf = (number: number, name: string): string => `${padded(number)}_${name}`;
    const entries = migrations.map(({ number, name }, idx) => ({
      idx,
      version: '7',
      when: firstMadeAt + number * 1000,
      tag: tagOf(number, name),
      breakpoints: true,
    }));
    const config = { dialect: 'postgresql', out: './drizzle', dbCredentials: { url: database.href } };
    return new Map([
      ['drizzle.config.json', JSON.stringify(config)],
      ['drizzle/meta/_journal.json', JSON.stringify({ version: '7', dialect: 'postgresql', entries })],
      ...migrations.map(
        ({ number, name, up }) =>
          [
            `drizzle/${tagOf(number, name)}.sql`,
            `${up.split('\n').join('--> statement-breakpoint\n')}\n`,
          ] as const,
      ),
    ]);
  },
  command: [inPackage('drizzle-kit/bin.cjs'), 'migrate', '--config', 'drizzle.config.json'],
  variables: () => ({}),
};
