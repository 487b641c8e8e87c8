import type { SimulatedGitHub } from '../github/server.ts';
import type { Repository } from '../github/model.ts';
import type { Databases } from './databases.ts';
import type { Narrator } from './narrator.ts';
import type { Team } from './people.ts';

/** What every step of the story is played on. */
export interface Stage {
  readonly github: SimulatedGitHub;
  readonly repository: Repository;
  readonly team: Team;
  readonly databases: Databases;
  readonly narrator: Narrator;
  /** Where the app listens. */
  readonly appUrl: string;
  readonly appId: number;
  /** The file that the app logs to. */
  readonly appLog: string;
  /** A server's file by which `tidegate audit` finds what the app wrote down. */
  readonly configPath: string;
  /** Runs node-pg-migrate's own CLI against an environment, on the files of its branch. */
  migrateByHand(environment: 'dev' | 'qa' | 'prod'): Promise<string>;
  /** A file that hostile code would have to change or read. */
  readonly canary: { readonly path: string; readonly content: string };
  /** Lets a reader follow. */
  pause(): Promise<void>;
}
