import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';

const folder = new URL('../../../../templates/demo/', import.meta.url);

/** Renders a template of `templates/demo` by its name. */
export type Render = (name: string, view: object) => string;

/** Reads all templates at once. An unknown name in a template is an error, and everything is escaped. */
export function loadTemplates(): Render {
  const handlebars = Handlebars.create();
  const options = { strict: true, preventIndent: true };
  const templates = new Map<string, Handlebars.TemplateDelegate>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.hbs'))) {
    const name = file.slice(0, -'.hbs'.length);
    const template = handlebars.compile(readFileSync(new URL(file, folder), 'utf8'), options);
    templates.set(name, template);
    handlebars.registerPartial(name, template);
  }
  return (name, view) => {
    const template = templates.get(name);
    if (template === undefined) throw new Error(`There is no template ${name}.hbs in templates/demo`);
    return template(view);
  };
}

/** A file that is served as it is. */
export function readAsset(name: 'style.css' | 'live.js'): string {
  return readFileSync(new URL(name, folder), 'utf8');
}
