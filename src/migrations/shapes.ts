import type { z } from 'zod';
import type { Compilation } from './compilation-shape.ts';
import type { GuestAnswer, SplitAnswer } from './sandbox/protocol.ts';

/**
 * A shape that is loaded when something is to be checked by it: a command that plans short SQL checks nothing by any,
 * and Zod takes longer to load than that SQL to compile.
 */
export type Shape<T> = () => Promise<z.ZodType<T>>;

export const compilationShape: Shape<Compilation> = async () =>
  (await import('./compilation-shape.ts')).compilation;

export const shorthandsShape: Shape<Record<string, unknown>> = async () =>
  (await import('./compilation-shape.ts')).shorthands;

export const guestAnswerShape: Shape<GuestAnswer> = async () =>
  (await import('./sandbox/protocol.ts')).guestAnswer;

export const splitAnswerShape: Shape<SplitAnswer> = async () =>
  (await import('./sandbox/protocol.ts')).splitAnswer;
