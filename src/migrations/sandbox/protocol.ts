import { z } from 'zod';

/** Lines of JSON between the app and a sandbox child. What the child says is checked; what it is told is not. */

export interface GuestRequest {
  /** Path of the migration among `files`. */
  readonly entry: string;
  /** CommonJS by path: the migration and what it imports. */
  readonly files: Readonly<Record<string, string>>;
  /** Type shorthands of all earlier migrations. */
  readonly shorthands: Readonly<Record<string, unknown>>;
  readonly decamelize: boolean;
  readonly mayAsk: boolean;
  /** How many queries it may ask, statements and characters of SQL it may have in one direction, and its answer. */
  readonly limits: {
    readonly queries: number;
    readonly statements: number;
    readonly sqlLength: number;
    readonly answerLength: number;
  };
}

// A lone surrogate has no UTF-8, and PostgreSQL takes no NUL.
const plainText = z.string().refine((text) => text.isWellFormed() && !text.includes('\0'), {
  message: 'text with NUL or half a character',
});

const place = z.object({ line: z.number().int().positive(), column: z.number().int().nonnegative() });

const step = z.object({ sql: plainText, place: place.nullable() });

const direction = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('steps'),
    transaction: z.boolean(),
    steps: z.array(step),
    /** Derived from up by node-pg-migrate: its author never saw it. */
    inferred: z.boolean(),
  }),
  /** None given and none inferred, or switched off. */
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('error'), message: z.string(), place: place.nullable() }),
]);

export const guestAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('compiled'),
    up: direction,
    down: direction,
    asked: z.boolean(),
    shorthands: z.record(z.string(), z.unknown()),
  }),
  z.object({ kind: z.literal('failed'), message: z.string(), place: place.nullable(), asked: z.boolean() }),
  /** Two runs, with another clock and other random numbers, gave other statements. */
  z.object({ kind: z.literal('unsteady') }),
]);

export type GuestAnswer = z.infer<typeof guestAnswer>;
export type GuestDirection = z.infer<typeof direction>;
export type Place = z.infer<typeof place>;

export const childMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('ask'), sql: z.string() }),
  z.object({ kind: z.literal('answer'), value: z.unknown() }),
]);

export type ChildMessage = z.infer<typeof childMessage>;

export type HostMessage =
  | { readonly kind: 'task'; readonly task: unknown }
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] }
  | { readonly kind: 'refused'; readonly message: string };

const natures = ['plain', 'setting', 'control', 'alone', 'client-copy'] as const;

export const splitStatement = z.object({
  sql: plainText,
  line: z.number().int().positive(),
  nature: z.enum(natures),
});

/** Which of the texts it was, from 0. */
const part = z.number().int().nonnegative();

/** Texts to be split, each with the line of the file where it starts. */
export interface SplitTask {
  readonly texts: readonly { readonly sql: string; readonly line: number }[];
}

export const splitAnswer = z.discriminatedUnion('kind', [
  /** One list for each text. */
  z.object({ kind: z.literal('split'), parts: z.array(z.array(splitStatement)) }),
  z.object({ kind: z.literal('syntax'), message: z.string(), part, line: z.number().int().positive() }),
  /** The parser ran out of stack and is not to be used again. */
  z.object({ kind: z.literal('too-deep'), part, line: z.number().int().positive() }),
]);

export type SplitAnswer = z.infer<typeof splitAnswer>;
