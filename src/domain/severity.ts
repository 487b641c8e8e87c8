export const severities = ['low', 'medium', 'high'] as const;

/** How bad a hazard is. `high` is what stops writers or loses data on a table of any size. */
export type Severity = (typeof severities)[number];

/** Whether `severity` is at or over `floor`. */
export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(floor);
}
