import pg from 'pg';
import type { ClientRule, ServerFacts } from './facts.ts';
import { advice, type Finding, unsafe } from './finding.ts';

const planLogins = '/^tidegate_shadow_';

const wantedRules = `host sameuser "${planLogins}" 127.0.0.1/32 scram-sha-256
host all "${planLogins}" 127.0.0.1/32 reject`;

/** Judges pg_hba.conf, as far as it can be seen. */
export function judgeClientRules({ clientRules, admin }: ServerFacts): readonly Finding[] {
  if (clientRules === null) {
    const name = pg.escapeIdentifier(admin.name);
    return [
      advice('pg_hba.conf could not be looked at: see yourself that no line in it says trust.', [
        `GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO ${name}; GRANT SELECT ON pg_hba_file_rules TO ${name};`,
      ]),
    ];
  }
  return [
    ...clientRules.filter(admitsPlans).flatMap(judgeRule),
    ...(confinesPlans(clientRules)
      ? []
      : [
          advice(
            "pg_hba.conf does not keep a plan's login in its own database. From PostgreSQL 16 it can, by these lines before all others:",
            wantedRules.split('\n'),
          ),
        ]),
  ];
}

/** Whether a plan's login gets into the database of its own name and no other, whatever their rights say. */
export function confinesPlans(rules: readonly ClientRule[] | null): boolean {
  if (rules === null) return false;
  const decisive = rules.filter(
    ({ users, databases }) => admits(users) && !(databases.length === 1 && databases[0] === 'sameuser'),
  );
  const [first] = decisive;
  return first?.method === 'reject' && first.databases.includes('all') && isLocal(first.address);
}

function admitsPlans({ users, method }: ClientRule): boolean {
  return method !== 'reject' && admits(users);
}

function admits(users: readonly string[]): boolean {
  return users.includes('all') || users.some((user) => user.startsWith(planLogins));
}

function judgeRule({ line, method, address }: ClientRule): readonly Finding[] {
  const where = `Line ${line} of pg_hba.conf`;
  const say = `-- pg_hba.conf, line ${line}: scram-sha-256 instead of ${method}; then SELECT pg_reload_conf();`;
  const findings: Finding[] = [];
  if (method === 'trust') findings.push(unsafe(`${where} lets in whoever asks, without a password.`, [say]));
  if (method === 'password' || method === 'md5' || method === 'ident') {
    findings.push(advice(`${where} asks for ${method}, which is weaker than scram-sha-256.`, [say]));
  }
  if (!isLocal(address)) {
    findings.push(
      advice(`${where} lets logins in from ${address ?? 'anywhere'}; Tidegate needs one address.`, []),
    );
  }
  return findings;
}

function isLocal(address: string | null): boolean {
  return address === null || ['127.0.0.1', '::1', 'samehost', 'localhost'].includes(address);
}
