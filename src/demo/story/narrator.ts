/** One thing that the story checked by asking the databases or GitHub, never the app. */
export interface Check {
  readonly step: number;
  readonly title: string;
  readonly ok: boolean;
  readonly evidence: string;
}

/** Tells the story, and keeps what was checked. */
export interface Narrator {
  /** Progress before and between steps. */
  progress(text: string): void;
  step(number: number, title: string): void;
  did(text: string): void;
  look(text: string, url: string): void;
  check(title: string, ok: boolean, evidence: string): void;
  readonly checks: readonly Check[];
}

export interface NarratorOptions {
  readonly json: boolean;
  readonly colour: boolean;
  /** Standard output. */
  readonly print: (text: string) => void;
  /** Standard error. */
  readonly aside: (text: string) => void;
}

/** As JSON, standard output holds one line a check and nothing else. */
export function createNarrator({ json, colour, print, aside }: NarratorOptions): Narrator {
  const checks: Check[] = [];
  const say = json ? aside : print;
  const paint = (code: string, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  let current = 0;
  return {
    checks,
    progress: (text) => say(`  ${paint('2', text)}\n`),
    step: (number, title) => {
      current = number;
      say(`\n${paint('1', `${number}. ${title}`)}\n`);
    },
    did: (text) => say(`   ${text}\n`),
    look: (text, url) => say(`   ${paint('2', `${text}:`)} ${paint('36', url)}\n`),
    check: (title, ok, evidence) => {
      const check = { step: current, title, ok, evidence };
      checks.push(check);
      if (json) print(`${JSON.stringify(check)}\n`);
      else
        say(
          `   ${ok ? paint('32', '✓') : paint('31', '✗')} ${title}${ok ? '' : paint('31', ` — found: ${evidence}`)}\n`,
        );
    },
  };
}
