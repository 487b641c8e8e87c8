import { createPublicKey } from 'node:crypto';
import { invalid } from './errors.ts';
import type { Signature } from './git/commits.ts';
import type { Account, Actor, App, Installation, Permissions, Repository, Role, Sha, Team } from './model.ts';
import {
  addToOrganisation,
  createAccount,
  createTeam,
  createUserToken,
  setTeamMember,
} from './operations/accounts.ts';
import { createApp, installApp, suspendInstallation, uninstallApp } from './operations/apps.ts';
import { commitFiles, signNow } from './operations/committing.ts';
import { createReference } from './operations/references.ts';
import {
  createRepository,
  setCollaborator,
  setTeamRole,
  transferRepository,
} from './operations/repositories.ts';
import { readRef } from './git/refs.ts';
import { accountByEmail, accountById, accountByLogin, personNamed, timestamp, type World } from './world.ts';

export interface Person {
  readonly account: Account;
  /** A personal access token. */
  readonly token: string;
}

export interface SeedApp {
  readonly slug: string;
  readonly name?: string;
  readonly owner: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** PEM; one of the two keys is needed. */
  readonly privateKey?: string;
  readonly publicKey?: string;
  readonly webhookUrl?: string;
  readonly webhookSecret: string;
}

export interface SeedCommit {
  readonly branch: string;
  readonly files: Readonly<Record<string, string | Buffer | null>>;
  readonly message: string;
  /** A login names the account that pushes; without one the account of the e-mail address does. */
  readonly author: { readonly name?: string; readonly email?: string; readonly login?: string };
  readonly committer?: { readonly name: string; readonly email: string };
  readonly coAuthors?: readonly { readonly name: string; readonly email: string }[];
  readonly from?: string;
  readonly force?: boolean;
}

export interface SeedRepository {
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch?: string;
  readonly private?: boolean;
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Further branches, at the first commit. */
  readonly branches?: readonly string[];
}

/** Direct ways to set a scene. All but pushes are silent where no App is installed yet. */
export interface Seeding {
  createOrganisation: (login: string, admins?: readonly string[]) => Account;
  createUser: (login: string, details?: { name?: string; email?: string }) => Person;
  addMember: (organisation: string, login: string, role?: 'admin' | 'member') => void;
  createTeam: (organisation: string, name: string, members: readonly string[]) => Team;
  setTeamMember: (team: Team, login: string, change: 'added' | 'removed') => void;
  createRepository: (wanted: SeedRepository) => Promise<Repository>;
  /** Gives it to another account, by its owner. */
  transferRepository: (repository: Repository, to: string) => void;
  setCollaborator: (repository: Repository, login: string, role: Role) => void;
  setTeamRole: (repository: Repository, team: Team, role: Role) => void;
  createApp: (wanted: SeedApp) => App;
  setWebhookUrl: (app: App, url: string) => void;
  installApp: (app: App, repository: Repository) => Installation;
  uninstallApp: (app: App, repository: Repository) => void;
  suspend: (installation: Installation, suspended: boolean) => void;
  commitFiles: (repository: Repository, commit: SeedCommit) => Promise<Sha>;
}

export function createSeeding(world: World): Seeding {
  const named = (login: string): Account => personNamed(world, login).account;
  const ownerOf = (repository: Repository): Actor => ({
    account: accountById(world, repository.ownerId),
    app: null,
  });
  return {
    createOrganisation: (login, admins = []) => {
      const organisation = createAccount(world, 'Organization', login, { name: login });
      for (const admin of admins) addToOrganisation(world, organisation, named(admin), 'admin');
      return organisation;
    },
    createUser: (login, details = {}) => {
      const account = createAccount(world, 'User', login, details);
      return { account, token: createUserToken(world, account) };
    },
    addMember: (organisation, login, role = 'member') =>
      addToOrganisation(world, named(organisation), named(login), role),
    createTeam: (organisation, name, members) => {
      const team = createTeam(world, named(organisation), name);
      for (const login of members) team.memberIds.add(named(login).id);
      return team;
    },
    setTeamMember: (team, login, change) => {
      const by = { account: accountById(world, team.organisationId), app: null };
      setTeamMember(world, team, named(login), change, by);
    },
    createRepository: (wanted) => world.serialise(() => seedRepository(world, wanted)),
    transferRepository: (repository, to) =>
      transferRepository(world, repository, named(to), ownerOf(repository)),
    setCollaborator: (repository, login, role) =>
      setCollaborator(world, repository, named(login), role, ownerOf(repository)),
    setTeamRole,
    createApp: (wanted) => seedApp(world, wanted, named(wanted.owner)),
    setWebhookUrl: (app, url) => {
      app.webhookUrl = url;
    },
    installApp: (app, repository) => installApp(world, app, repository, ownerOf(repository)),
    uninstallApp: (app, repository) => uninstallApp(world, app, repository, ownerOf(repository)),
    suspend: (installation, suspended) => {
      const by = { account: accountById(world, installation.accountId), app: null };
      suspendInstallation(world, installation, suspended, by);
    },
    commitFiles: (repository, commit) => world.serialise(() => seedCommit(world, repository, commit)),
  };
}

function seedApp(world: World, wanted: SeedApp, owner: Account): App {
  const key = wanted.publicKey ?? wanted.privateKey;
  if (key === undefined)
    throw invalid(`The App ${wanted.slug} needs a key: pass privateKey or publicKey as PEM`);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const { privateKey: _private, ...rest } = wanted;
  return createApp(world, { ...rest, owner, publicKey });
}

async function seedRepository(world: World, wanted: SeedRepository): Promise<Repository> {
  const { files, branches = [], owner: login, ...rest } = wanted;
  const by = personNamed(world, login);
  const repository = await createRepository(world, { ...rest, owner: by.account });
  if (files === undefined) return repository;
  const sign = signNow(world, by.account);
  const branch = repository.defaultBranch;
  await commitFiles(
    world,
    repository,
    { branch, files, message: 'Initial commit', author: sign, committer: sign },
    by,
  );
  const tip = await readRef(world.git(repository), `refs/heads/${branch}`);
  // What an organisation owns its own account may seed.
  for (const name of branches)
    if (tip !== undefined)
      await createReference(world, repository, { ref: `refs/heads/${name}`, sha: tip }, by);
  return repository;
}

async function seedCommit(world: World, repository: Repository, commit: SeedCommit): Promise<Sha> {
  const { author, committer, login, ...rest } = { ...commit, login: commit.author.login };
  const byMail = author.email === undefined ? undefined : accountByEmail(world, author.email);
  const account =
    (login === undefined ? byMail : accountByLogin(world, login)) ?? accountById(world, repository.ownerId);
  const own = signNow(world, account);
  const date = timestamp(world);
  const written: Signature = { name: author.name ?? own.name, email: author.email ?? own.email, date };
  const committed = committer === undefined ? written : { ...committer, date };
  return commitFiles(
    world,
    repository,
    { ...rest, author: written, committer: committed },
    { account, app: null },
  );
}
