import pg from 'pg';
import type { RoleFacts, ServerFacts } from './facts.ts';
import { oldestShadow } from '../choose-version.ts';
import { advice, type Finding, unsafe } from './finding.ts';
import { confinesPlans, judgeClientRules } from './judge-client-rules.ts';

/** Compares a server with the recipe for servers that run hostile SQL (docs/security.md). Pure. */
export function judgeServer(facts: ServerFacts): readonly Finding[] {
  return [
    ...judgeVersion(facts),
    ...judgeAdmin(facts),
    ...judgePlanRoles(facts),
    ...judgeDatabases(facts),
    ...judgeClientRules(facts),
    ...judgeSettings(facts),
  ];
}

const [oldest, newest] = [oldestShadow, 18];

function judgeVersion({ versionNumber, isReplica }: ServerFacts): readonly Finding[] {
  const major = Math.floor(versionNumber / 10_000);
  const findings: Finding[] = [];
  if (isReplica) findings.push(unsafe('It is a replica, and nothing can be written there.', []));
  if (major < oldest) {
    findings.push(unsafe(`It is PostgreSQL ${major}; ${oldest} to ${newest} were expected.`, []));
  }
  if (major < 16 && major >= oldest) {
    const power =
      'until version 16 CREATEROLE can give itself pg_execute_server_program, so that whoever holds the URL can run programs on that machine';
    findings.push(
      advice(
        `It is PostgreSQL ${major}: ${power}. Use 16 or newer, or a machine that holds nothing else.`,
        [],
      ),
    );
  }
  if (major > newest)
    findings.push(advice(`PostgreSQL ${major} is newer than what was tried (${newest}).`, []));
  return findings;
}

/** Roles that reach out of a database, into files, programs or all data. */
const reaching = [
  'pg_execute_server_program',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_read_all_data',
  'pg_write_all_data',
  'pg_create_subscription',
  'pg_maintain',
];

function judgeAdmin({ admin }: ServerFacts): readonly Finding[] {
  const name = pg.escapeIdentifier(admin.name);
  const tooMuch: readonly (readonly [boolean, string, string])[] = [
    [
      admin.superuser,
      'a superuser: it owns the databases of plans, and what they leave there could run as it',
      'NOSUPERUSER',
    ],
    [admin.replication, 'allowed to replicate, and can so copy the whole server', 'NOREPLICATION'],
    [admin.bypassRowSecurity, 'exempt from row security', 'NOBYPASSRLS'],
  ];
  const tooLittle: readonly (readonly [boolean, string, string])[] = [
    [
      admin.createDatabase,
      'It needs CREATEDB to make and drop the databases of plans.',
      `ALTER ROLE ${name} CREATEDB;`,
    ],
    [
      admin.createRole,
      'It needs CREATEROLE to make a login for each plan.',
      `ALTER ROLE ${name} CREATEROLE;`,
    ],
    [
      admin.predefinedRoles.includes('pg_signal_backend'),
      'It needs pg_signal_backend: nothing else ends a statement that swallows its cancel.',
      `GRANT pg_signal_backend TO ${name};`,
    ],
  ];
  return [
    ...tooMuch.flatMap(([is, what, attribute]) =>
      is ? [unsafe(`The administrator ${admin.name} is ${what}.`, [`ALTER ROLE ${name} ${attribute};`])] : [],
    ),
    ...(admin.superuser ? [] : judgeMemberships(admin)),
    ...tooLittle.flatMap(([has, what, mend]) => (has || admin.superuser ? [] : [unsafe(what, [mend])])),
  ];
}

function judgeMemberships({ name, predefinedRoles }: RoleFacts): readonly Finding[] {
  const held = predefinedRoles.filter((role) => reaching.includes(role));
  if (held.length === 0) return [];
  const mend = held.map((role) => `REVOKE ${role} FROM ${pg.escapeIdentifier(name)};`);
  return [unsafe(`${name} is a member of ${held.join(', ')}, which reach out of a plan's database.`, mend)];
}

/** `base_owner` and the logins of plans: what hostile SQL runs as. */
function judgePlanRoles({ baseOwner, planLogins }: ServerFacts): readonly Finding[] {
  const findings = [...(baseOwner === null ? [] : [baseOwner]), ...planLogins].flatMap((role) => {
    const { name, superuser, createRole, createDatabase, replication, bypassRowSecurity } = role;
    const isPowerful = superuser || createRole || createDatabase || replication || bypassRowSecurity;
    const plain = `ALTER ROLE ${pg.escapeIdentifier(name)} NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS;`;
    return [
      ...(isPowerful ? [unsafe(`Plans run as ${name}, which has rights over the server.`, [plain])] : []),
      ...(superuser ? [] : judgeMemberships(role)),
    ];
  });
  const opens = baseOwner?.login === true;
  const closed = unsafe('base_owner can log in; only the logins of plans should.', [
    'ALTER ROLE base_owner NOLOGIN;',
  ]);
  return opens ? [...findings, closed] : findings;
}

function judgeDatabases({ databases, admin, clientRules }: ServerFacts): readonly Finding[] {
  // Where pg_hba.conf keeps a plan's login in its own database, the databases' own rights are a second wall.
  const open = confinesPlans(clientRules) ? advice : unsafe;
  return databases.flatMap(({ name, owner, isOurs, isCurrent, allowsConnections, publicConnects }) => {
    const quoted = pg.escapeIdentifier(name);
    if (isOurs) {
      return owner === admin.name
        ? []
        : [
            unsafe(
              `The shadow database ${name} belongs to ${owner}; an owner can make what connects to it run its code.`,
              [`ALTER DATABASE ${quoted} OWNER TO ${pg.escapeIdentifier(admin.name)};`],
            ),
          ];
    }
    if (!publicConnects || !allowsConnections) return [];
    const revoke = `REVOKE CONNECT ON DATABASE ${quoted} FROM PUBLIC;`;
    const keep = `GRANT CONNECT ON DATABASE ${quoted} TO ${pg.escapeIdentifier(admin.name)};`;
    return [
      open(
        `Every login, also a plan's, may connect to the database ${name}.`,
        isCurrent ? [revoke, keep] : [revoke],
      ),
    ];
  });
}

function judgeSettings({ settings, admin, versionNumber }: ServerFacts): readonly Finding[] {
  const findings: Finding[] = [];
  if (settings.temporaryFileLimit === -1 && !settings.mayLimitTemporaryFiles) {
    const mend =
      versionNumber >= 150_000
        ? `GRANT SET ON PARAMETER temp_file_limit TO ${pg.escapeIdentifier(admin.name)};`
        : `ALTER SYSTEM SET temp_file_limit = '1GB'; SELECT pg_reload_conf();`;
    findings.push(
      unsafe('What a sort spills to the disk has no limit, and does not count as the size of a database.', [
        mend,
      ]),
    );
  }
  if (settings.fsync) {
    findings.push(
      advice('fsync is on: a server of throw-away databases copies them several times as fast without.', [
        `ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();`,
      ]),
    );
  }
  if (settings.autovacuum) {
    findings.push(
      advice(
        'autovacuum is on: it gets in the way of copying and dropping databases that live for a second.',
        [`ALTER SYSTEM SET autovacuum = off; SELECT pg_reload_conf();`],
      ),
    );
  }
  return findings;
}
