import type { Hazard } from '../domain/hazard.ts';
import { severities } from '../domain/severity.ts';
import { clip } from './escape/reveal.ts';
import type { Room } from './room.ts';
import { severityMarks, severityWords } from './words.ts';

export interface HazardRow {
  readonly mark: string;
  readonly severity: string;
  readonly rule: string;
  readonly message: string;
  readonly advice: string;
  readonly place: string;
  /** Until when and why it may pass; empty without a waiver. */
  readonly waived: string;
}

export function hazardRows(hazards: readonly Hazard[], { text }: Room): readonly HazardRow[] {
  return worstFirst(hazards).map((hazard) => ({
    mark: hazard.waiver === undefined ? severityMarks[hazard.severity] : '⚪',
    severity: severityWords[hazard.severity],
    rule: clip(hazard.rule, text),
    message: clip(hazard.message, text),
    advice: clip(hazard.advice, text),
    place: clip(place(hazard.path, hazard.line), text),
    waived:
      hazard.waiver === undefined
        ? ''
        : clip(`Waived until ${hazard.waiver.until}: ${hazard.waiver.reason}`, text),
  }));
}

/** The worst first; those that a waiver lets pass come last. */
export function worstFirst(hazards: readonly Hazard[]): readonly Hazard[] {
  return [...hazards].sort((a, b) => weight(b) - weight(a));
}

function weight({ severity, waiver }: Hazard): number {
  return severities.indexOf(severity) + (waiver === undefined ? severities.length : 0);
}

/** `migrations/1_a.sql:12`, or the path alone. */
export function place(path: string, line: number | null): string {
  return line === null ? path : `${path}:${line}`;
}

/** How many stand as high and without a waiver. */
export function highHazards(hazards: readonly Hazard[]): number {
  return hazards.filter(({ severity, waiver }) => severity === 'high' && waiver === undefined).length;
}
