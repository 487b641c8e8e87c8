import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { SecretReference } from './secret-reference.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** How long a command may take to print a secret, in milliseconds. */
const commandTimeoutMs = 15_000;

/** No password, token or url is longer, in bytes. */
const maxBytes = 64 * 1024;

/**
 * Fetches a secret, anew at each call, since tokens of an `exec:` are short-lived. White space around it is dropped.
 * Throws an Error that names the reference and never its value.
 */
export async function resolveSecret(reference: SecretReference, env: Variables): Promise<string> {
  const secret = (await fetchSecret(reference, env)).trim();
  if (secret === '')
    throw new Error(`${nameOf(reference)} is empty. A connection string was expected there.`);
  return secret;
}

async function fetchSecret(reference: SecretReference, env: Variables): Promise<string> {
  switch (reference.kind) {
    case 'env': {
      const value = env[reference.variable];
      if (value === undefined) {
        throw new Error(
          `${nameOf(reference)} is not set. The configuration takes a connection string from it.`,
        );
      }
      return value;
    }
    case 'file':
      return readSecretFile(reference);
    case 'exec':
      return runCommand(reference, env);
  }
}

async function readSecretFile(reference: Extract<SecretReference, { kind: 'file' }>): Promise<string> {
  try {
    return await readFile(reference.path, 'utf8');
  } catch (error) {
    throw new Error(
      `${nameOf(reference)} cannot be read (${codeOf(error)}). Does it exist, and may Tidegate read it?`,
      {
        cause: error,
      },
    );
  }
}

/** Neither its output nor its errors are repeated: either may hold the secret. */
function runCommand(reference: Extract<SecretReference, { kind: 'exec' }>, env: Variables): Promise<string> {
  const { command, args } = reference;
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...env },
      timeout: commandTimeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: maxBytes,
    } as const;
    execFile(command, [...args], options, (error, output) => {
      if (error === null) resolve(output);
      else
        reject(new Error(`${nameOf(reference)} failed (${howItEnded(error)}). Run it by hand to see why.`));
    });
  });
}

function howItEnded(error: { code?: unknown; killed?: boolean; signal?: unknown }): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `more than ${maxBytes} bytes`;
  if (error.killed === true) return `no answer within ${commandTimeoutMs / 1000} seconds`;
  if (typeof error.code === 'number') return `exit code ${error.code}`;
  return codeOf(error);
}

function nameOf(reference: SecretReference): string {
  switch (reference.kind) {
    case 'env':
      return `The environment variable ${reference.variable}`;
    case 'file':
      return `The file ${reference.path}`;
    case 'exec':
      return `The command ${reference.command}`;
  }
}

function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return 'for a reason that the system does not name';
}
