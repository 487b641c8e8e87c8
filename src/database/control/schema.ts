/** One step of the control database's own schema. A step that has been released is never changed. */
export interface SchemaStep {
  readonly id: number;
  readonly statements: readonly string[];
}

const environmentColumns = `repository_id bigint NOT NULL, environment text NOT NULL`;

/** In order; each runs once, all in one transaction. */
export const schemaSteps: readonly SchemaStep[] = [
  {
    id: 1,
    statements: [
      `CREATE TABLE tidegate.plan (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         repository_id bigint NOT NULL, pull_request integer NOT NULL, environment text NOT NULL,
         head text NOT NULL, base text NOT NULL, digest text NOT NULL, document jsonb NOT NULL,
         made_at timestamptz NOT NULL)`,
      'CREATE INDEX plan_pull_request ON tidegate.plan (repository_id, pull_request, environment, head, id)',
      'CREATE INDEX plan_digest ON tidegate.plan (digest, id)',

      `CREATE TABLE tidegate.hold (${environmentColumns}, document jsonb NOT NULL, since timestamptz NOT NULL,
         PRIMARY KEY (repository_id, environment))`,

      `CREATE TABLE tidegate.reconciled (${environmentColumns}, commit text NOT NULL,
         PRIMARY KEY (repository_id, environment))`,

      `CREATE TABLE tidegate.target_identity (${environmentColumns}, identity text NOT NULL,
         seen_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (repository_id, environment))`,

      `CREATE TABLE tidegate.change (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         ${environmentColumns}, pull_request integer, commit text NOT NULL, digest text NOT NULL,
         migrations text[] NOT NULL,
         status text NOT NULL CHECK (status IN ('applied', 'failed', 'in-doubt', 'rolled-back')),
         at timestamptz NOT NULL)`,
      'CREATE INDEX change_environment ON tidegate.change (repository_id, environment, id)',
      'CREATE UNIQUE INDEX change_commit ON tidegate.change (repository_id, environment, commit, digest)',

      `CREATE TABLE tidegate.rollback (
         id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         ${environmentColumns}, pull_request integer NOT NULL, comment_id bigint NOT NULL, requester text NOT NULL,
         migrations text[] NOT NULL, digest text NOT NULL, accept_data_loss boolean NOT NULL,
         confirmed_by text[] NOT NULL,
         status text NOT NULL CHECK (status IN ('awaiting-confirmation', 'running', 'done', 'failed', 'superseded')),
         revert_pull_request integer)`,
      'CREATE INDEX rollback_environment ON tidegate.rollback (repository_id, environment, id)',

      `CREATE TABLE tidegate.claimed_comment (
         repository_id bigint NOT NULL, comment_id bigint NOT NULL, claimed_at timestamptz NOT NULL DEFAULT now(),
         PRIMARY KEY (repository_id, comment_id))`,

      `CREATE TABLE tidegate.sticky_comment (
         repository_id bigint NOT NULL, pull_request integer NOT NULL, comment_id bigint NOT NULL,
         PRIMARY KEY (repository_id, pull_request))`,

      `CREATE TABLE tidegate.announcement (
         id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         repository_id bigint NOT NULL, payload jsonb NOT NULL, added_at timestamptz NOT NULL DEFAULT now())`,

      `CREATE TABLE tidegate.audit (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         at timestamptz NOT NULL DEFAULT clock_timestamp(),
         repository_id bigint NOT NULL, environment text, pull_request integer, commit text, actor text NOT NULL,
         action text NOT NULL, migration text, digest text, detail jsonb NOT NULL)`,
      'CREATE INDEX audit_repository ON tidegate.audit (repository_id, id)',
      `CREATE FUNCTION tidegate.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         RAISE EXCEPTION 'tidegate.audit is only ever added to: % is refused', TG_OP;
       END $$`,
      `CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tidegate.audit
         FOR EACH STATEMENT EXECUTE FUNCTION tidegate.refuse_change()`,

      `CREATE TABLE tidegate.content (
         key text PRIMARY KEY, value text NOT NULL, put_at timestamptz NOT NULL DEFAULT now())`,

      `CREATE TABLE tidegate.delivery (
         id text PRIMARY KEY, event text NOT NULL, received_at timestamptz NOT NULL)`,
      'CREATE INDEX delivery_received ON tidegate.delivery (received_at)',

      `CREATE TABLE tidegate.bound_repository (
         name text PRIMARY KEY, repository_id bigint NOT NULL, bound_at timestamptz NOT NULL DEFAULT now())`,
    ],
  },
  {
    id: 2,
    statements: [
      `CREATE TABLE tidegate.vouch (
         repository_id bigint NOT NULL, pull_request integer NOT NULL, head text NOT NULL, login text NOT NULL,
         comment_id bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(),
         PRIMARY KEY (repository_id, pull_request, head))`,
    ],
  },
  {
    id: 3,
    statements: [
      `CREATE TABLE tidegate.waiting_change (${environmentColumns}, place integer NOT NULL,
         commit text NOT NULL, pull_request integer, digest text NOT NULL, until timestamptz NOT NULL, zone text NOT NULL,
         PRIMARY KEY (repository_id, environment, place))`,

      `CREATE TABLE tidegate.broken_glass (
         id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         ${environmentColumns}, pull_request integer, digest text NOT NULL, login text NOT NULL, why text NOT NULL,
         number integer NOT NULL, comment_id bigint NOT NULL, at timestamptz NOT NULL,
         used_for text, issue integer, reviewed_at timestamptz,
         UNIQUE (repository_id, environment, comment_id))`,
      'CREATE INDEX broken_glass_digest ON tidegate.broken_glass (repository_id, environment, digest)',
      'CREATE INDEX broken_glass_issue ON tidegate.broken_glass (repository_id, issue)',

      `CREATE TABLE tidegate.confirmation (${environmentColumns}, digest text NOT NULL, change text NOT NULL,
         login text NOT NULL, issue integer NOT NULL, severity text, at timestamptz NOT NULL,
         PRIMARY KEY (repository_id, environment, digest, change, login))`,

      `CREATE TABLE tidegate.release_request (${environmentColumns}, number integer NOT NULL,
         comment_id bigint NOT NULL, requester text NOT NULL, digest text NOT NULL, confirmed_by text[] NOT NULL,
         PRIMARY KEY (repository_id, environment))`,
    ],
  },
  {
    id: 4,
    statements: [
      `CREATE TABLE tidegate.push (
         repository_id bigint NOT NULL, branch text NOT NULL, before text, head text NOT NULL, login text NOT NULL,
         pushed_at timestamptz NOT NULL, PRIMARY KEY (repository_id, branch, head, login))`,
      'CREATE INDEX push_pushed ON tidegate.push (pushed_at)',

      `CREATE TABLE tidegate.person (
         repository_id bigint NOT NULL, login text NOT NULL, asked text NOT NULL, role text NOT NULL,
         teams text[] NOT NULL, found_at timestamptz NOT NULL, PRIMARY KEY (repository_id, login, asked))`,

      `CREATE TABLE tidegate.said (
         repository_id bigint NOT NULL, pull_request integer NOT NULL, place text NOT NULL, digest text NOT NULL,
         PRIMARY KEY (repository_id, pull_request, place))`,

      `CREATE TABLE tidegate.standing_approval (
         ${environmentColumns}, pull_request integer NOT NULL, login text NOT NULL, plan text NOT NULL,
         fallen text, PRIMARY KEY (repository_id, environment, pull_request, login))`,

      `CREATE TABLE tidegate.asked_again (
         repository_id bigint NOT NULL, pull_request integer NOT NULL, login text NOT NULL, plan text NOT NULL,
         PRIMARY KEY (repository_id, pull_request, login, plan))`,
    ],
  },
  {
    id: 5,
    statements: [
      `CREATE TABLE tidegate.seen_review (
         repository_id bigint NOT NULL, pull_request integer NOT NULL, review bigint NOT NULL,
         environment text NOT NULL, digest text NOT NULL, severity text,
         PRIMARY KEY (repository_id, pull_request, review))`,
    ],
  },
  {
    id: 6,
    statements: [
      `CREATE TABLE tidegate.agreed_rules (
         repository_id bigint PRIMARY KEY, commit text NOT NULL, files jsonb NOT NULL)`,
    ],
  },
  {
    id: 7,
    statements: [
      `ALTER TABLE tidegate.rollback ADD COLUMN taken_back text NOT NULL DEFAULT 'pull-request'`,
      `CREATE INDEX audit_applied ON tidegate.audit (repository_id, environment, migration, id DESC)
         WHERE action = 'applied'`,
    ],
  },
  {
    id: 8,
    statements: [
      `CREATE TABLE tidegate.drift (${environmentColumns}, fingerprint text NOT NULL, history text NOT NULL,
         finding jsonb NOT NULL, since timestamptz NOT NULL, checked_at timestamptz NOT NULL, issue integer,
         released text, PRIMARY KEY (repository_id, environment))`,
      `CREATE TABLE tidegate.drift_revert (${environmentColumns}, number integer NOT NULL, comment_id bigint NOT NULL,
         requester text NOT NULL, digest text NOT NULL, confirmed_by text[] NOT NULL,
         PRIMARY KEY (repository_id, environment))`,
    ],
  },
  {
    id: 9,
    statements: [
      `CREATE INDEX audit_migration ON tidegate.audit (repository_id, environment, migration, id DESC)
         WHERE migration IS NOT NULL`,

      `CREATE TABLE tidegate.part_in_pull_request (
         repository_id bigint NOT NULL, pull_request integer NOT NULL, login text NOT NULL, part text NOT NULL,
         PRIMARY KEY (repository_id, pull_request, login, part))`,

      `CREATE TABLE tidegate.brought_back (
         id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         ${environmentColumns}, pull_request integer NOT NULL, migrations text[] NOT NULL)`,
    ],
  },
  {
    id: 10,
    statements: [
      // Empty for the one that stands alone, or first of several on its branch.
      `ALTER TABLE tidegate.sticky_comment ADD COLUMN place text NOT NULL DEFAULT '',
         DROP CONSTRAINT sticky_comment_pkey, ADD PRIMARY KEY (repository_id, pull_request, place)`,
      `ALTER TABLE tidegate.seen_review
         DROP CONSTRAINT seen_review_pkey, ADD PRIMARY KEY (repository_id, pull_request, review, environment)`,
      `CREATE TABLE tidegate.looked_at (${environmentColumns}, commit text NOT NULL,
         PRIMARY KEY (repository_id, environment))`,
    ],
  },
  {
    id: 11,
    statements: [
      // What the audit says of that name up to that row, from where it was given up before, is the environment's.
      `CREATE TABLE tidegate.former_name (${environmentColumns}, name text NOT NULL, up_to bigint NOT NULL)`,
      'CREATE INDEX former_name_of ON tidegate.former_name (repository_id, name, up_to)',
      `ALTER TABLE tidegate.rollback ADD COLUMN before text[] NOT NULL DEFAULT '{}', ADD COLUMN drift text`,
    ],
  },
];
