import { z } from 'zod';
import type { Subject } from '../domain/policy.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { environmentName } from './names.ts';
import { parseSecretReference, secretForms, type SecretReference } from './secret-reference.ts';
import { extensionList } from './shadow-extensions.ts';
import { problem, shapeProblems, type Shape } from './shape-problems.ts';
import { peopleList } from './subjects.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

/** A floor that the repository's file cannot go under. */
export interface LeastPolicy {
  readonly protected?: boolean | undefined;
  readonly approvals?: number | undefined;
  /** Whose approvals these have to be, whatever the repository says. */
  readonly from?: readonly Subject[] | undefined;
}

/** A database that the server's configuration names for an environment of a repository. */
export interface DatabaseEntry {
  /** `owner/name`, as written. */
  readonly repository: string;
  readonly environment: string;
  readonly url: SecretReference;
  /** A read-only role for planning. */
  readonly read?: SecretReference | undefined;
  readonly least?: LeastPolicy | undefined;
}

/** An external server for throw-away databases. */
export interface ShadowServerEntry {
  readonly url: SecretReference;
  /** Given in as many words, an unsafe server is used all the same. */
  readonly unsafe?: typeof unsafeAccepted | undefined;
}

/** Where plans are tried. */
export interface ShadowEntry {
  /** The one that is taken where nothing speaks for another; embedded where absent. */
  readonly url?: SecretReference | undefined;
  readonly unsafe?: typeof unsafeAccepted | undefined;
  /** For targets of other major versions, by these. */
  readonly servers?: ReadonlyMap<number, ShadowServerEntry> | undefined;
  /** What each of them, the embedded ones too, has before any migration runs. */
  readonly extensions?: readonly string[] | undefined;
  /** How many copies of a baseline each of them keeps ready for the next plans. */
  readonly spares?: number | undefined;
}

/** Each holds a database and two sessions. */
const mostSpares = 20;

/** What has to stand under `shadow.unsafe`, word by word. */
const unsafeAccepted = 'I accept that any pull request can reach what this server can';

/** The file of whoever runs Tidegate: the only place that names databases. */
export interface ServerConfig {
  readonly databases: readonly DatabaseEntry[];
  /** A server for throw-away databases; embedded where absent. */
  readonly shadow?: ShadowEntry | undefined;
  /** Tidegate's own database; embedded where absent. */
  readonly control?: { readonly url: SecretReference } | undefined;
}

const secret = z
  .string({ error: `a reference to a secret (${secretForms})` })
  .transform((text, context): SecretReference => {
    const reference = parseSecretReference(text);
    if (reference !== null) return reference;
    context.addIssue({
      code: 'custom',
      message: `a reference to a secret (${secretForms}), never the connection string or password itself`,
    });
    return z.NEVER;
  });

const repository = z
  .string({ error: 'owner/name' })
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/, 'a repository as owner/name, such as acme/shop');

const least = z.strictObject(
  {
    protected: z.boolean({ error: 'true or false' }).optional(),
    approvals: z.int({ error: 'a whole number' }).min(0, 'a number from 0').max(20, 'at most 20').optional(),
    from: peopleList.optional(),
  },
  { error: 'a mapping such as { protected: true, approvals: 1 }' },
);

const database = z.strictObject(
  { repository, environment: environmentName, url: secret, read: secret.optional(), least: least.optional() },
  { error: 'a mapping with repository, environment and url' },
);

const server = z.strictObject({ url: secret }, { error: `a mapping with url: ${secretForms}` });

const unsafe = z.literal(unsafeAccepted, { error: `these words exactly: ${unsafeAccepted}` }).optional();

const shadowServer = z.strictObject({ url: secret, unsafe }, { error: `a mapping with url: ${secretForms}` });

const major = z.string().regex(/^[1-9]\d$/, 'a major version of PostgreSQL, such as 16');

const shadow = z
  .strictObject(
    {
      url: secret.optional(),
      unsafe,
      servers: z
        .record(major, shadowServer, { error: 'a mapping of major versions, such as 16: { url: … }' })
        .transform((servers) => new Map(Object.entries(servers).map(([key, value]) => [Number(key), value])))
        .optional(),
      extensions: extensionList.optional(),
      spares: z
        .int({ error: 'a whole number' })
        .min(0, 'a number from 0')
        .max(mostSpares, `at most ${mostSpares}`)
        .optional(),
    },
    { error: `a mapping with url: ${secretForms}` },
  )
  .refine(({ url, unsafe: accepted }) => url !== undefined || accepted === undefined, {
    message: 'url beside it, the server that it is about',
    path: ['unsafe'],
  })
  .refine(
    ({ url, servers, extensions, spares }) =>
      url !== undefined || (servers?.size ?? 0) > 0 || (extensions?.length ?? 0) > 0 || spares !== undefined,
    { message: `url (${secretForms}), servers, extensions or spares`, path: ['url'] },
  );

const schema = z.strictObject(
  {
    databases: z.array(database, { error: 'a list of databases' }),
    shadow: shadow.optional(),
    control: server.optional(),
  },
  { error: 'a mapping with databases: a list of repository, environment and url' },
);

const shape: Shape = {
  known: {
    '': Object.keys(schema.shape),
    'databases.*': Object.keys(database.shape),
    'databases.*.least': Object.keys(least.shape),
    shadow: ['url', 'unsafe', 'servers', 'extensions', 'spares'],
    'shadow.servers.*': Object.keys(shadowServer.shape),
    control: Object.keys(server.shape),
  },
  later: {},
};

/**
 * Reads the server's configuration. Throws ConfigError with every problem in it; no message repeats a value,
 * since a secret may stand where none should.
 */
export function parseServerConfig(text: string, path: string): ServerConfig {
  const file = readYaml(text, path, false);
  const parsed = schema.safeParse(file.value);
  if (!parsed.success) throw new ConfigError(shapeProblems(file, parsed.error.issues, shape));
  const problems = [...listedTwice(file, parsed.data), ...contradictions(file, parsed.data)];
  if (problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

function listedTwice(file: YamlFile, { databases }: ServerConfig): readonly ConfigProblem[] {
  const seen = new Map<string, number>();
  return databases.flatMap((entry, index) => {
    const key = `${entry.repository.toLowerCase()} ${entry.environment}`;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index);
      return [];
    }
    const at = ['databases', index, 'environment'];
    const line = file.lineOf(['databases', first, 'environment']);
    const message = `${entry.environment} of ${entry.repository} has a database already (line ${line}). One environment has one database.`;
    return [problem(file, at, message)];
  });
}

function contradictions(file: YamlFile, { databases }: ServerConfig): readonly ConfigProblem[] {
  return databases.flatMap(({ least: floor }, index) => {
    if (floor?.protected === true && floor.approvals === 0) {
      const message = 'a protected environment needs at least 1 approval. Ask for 1, or leave protected out.';
      return [problem(file, ['databases', index, 'least', 'approvals'], message)];
    }
    if (floor?.protected === false && ((floor.approvals ?? 0) > 0 || floor.from !== undefined)) {
      const message =
        'approvals are asked for, so the environment is protected. Say protected: true, or ask for 0.';
      return [problem(file, ['databases', index, 'least', 'protected'], message)];
    }
    return [];
  });
}
