import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { codeSpan, escapeSentence, escapeText, fenced, link } from './escape/markdown.ts';
import { reveal } from './escape/reveal.ts';

/** Renders a template by its path without the ending, e.g. `comments/sticky`. */
export type Render = (name: string, view: object) => string;

const folders = ['comments', 'checks', 'partials'];
const pages = ['dashboard/plan'];

/**
 * Reads every template below `directory`. Templates are strict: an unknown name in one is an error. In those
 * that make Markdown, every value goes through one of the helpers below, which say how it is escaped.
 */
export function loadTemplates(directory: string): Render {
  const handlebars = Handlebars.create();
  const helpers = markdownHelpers();
  for (const [name, helper] of Object.entries(helpers)) handlebars.registerHelper(name, helper);
  const knownHelpers = Object.fromEntries(Object.keys(helpers).map((name) => [name, true]));
  const options = { strict: true, preventIndent: true, knownHelpers, knownHelpersOnly: true };
  const templates = new Map<string, Handlebars.TemplateDelegate>();
  for (const name of templateNames(directory)) {
    const parsed: unknown = handlebars.parse(readFileSync(join(directory, `${name}.hbs`), 'utf8'));
    const template = handlebars.compile(parsed, options);
    templates.set(name, template);
    handlebars.registerPartial(name, template);
  }
  return (name, view) => {
    const template = templates.get(name);
    if (template === undefined) throw new Error(`There is no template ${name}.hbs in ${directory}`);
    return template(view);
  };
}

function templateNames(directory: string): readonly string[] {
  const found = folders.flatMap((folder) =>
    readdirSync(join(directory, folder))
      .filter((file) => file.endsWith('.hbs'))
      .map((file) => `${folder}/${file.slice(0, -'.hbs'.length)}`),
  );
  return [...found, ...pages];
}

type Helpers = Record<string, Handlebars.HelperDelegate>;

/** What a template may do with a value; Handlebars hands its own options over as the last argument. */
function markdownHelpers(): Helpers {
  return {
    /** Any text, as text. */
    md: (text: string) => safe(escapeText(text)),
    /** A name, as code. */
    code: (text: string) => safe(codeSpan(text)),
    /** A name, as code in a table's cell. */
    cell: (text: string) => safe(codeSpan(text, true)),
    /** A sentence of Tidegate's own making, with names from outside in it. */
    prose: (text: string, references: readonly number[]) => safe(escapeSentence(text, references)),
    /** The same in a table's cell. */
    cellProse: (text: string, references: readonly number[]) =>
      safe(escapeSentence(text, references).replace(/(?<!\\)\|/g, '\\|')),
    /** Text of many lines, as a code block. */
    fence: (text: string, language: string) => safe(fenced(text, language)),
    /** A number, or words that hold nothing from outside. */
    own: (words: string | number) => safe(String(words)),
    link: (words: string, url: string) => safe(link(words, url)),
    /** For HTML: hidden characters shown; Handlebars escapes the rest. */
    reveal: (text: string) => reveal(text),
    /** For HTML: a sentence, what stands in backticks as code. */
    sentence: (text: string) => safe(htmlSentence(text)),
  };
}

function htmlSentence(text: string): string {
  const escaped = Handlebars.escapeExpression(reveal(text)).replaceAll('&#x60;', '`');
  return escaped.replace(/`([^`\n]+)`/g, '<code>$1</code>');
}

function safe(markdown: string): Handlebars.SafeString {
  return new Handlebars.SafeString(markdown);
}
