import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { describe, expect, it } from 'vitest';

const root = new URL('../../templates/', import.meta.url);
const files = ['comments', 'checks', 'partials'].flatMap((folder) =>
  readdirSync(new URL(folder, root)).map((file) => `${folder}/${file}`),
);

describe('templates that make Markdown', () => {
  it.each(files)('%s puts in no value without saying how it is escaped', (file) => {
    const bare: string[] = [];
    const visitor = new Handlebars.Visitor();
    visitor.MustacheStatement = (statement) => {
      if (statement.params.length === 0) bare.push(`line ${statement.loc.start.line}`);
    };
    visitor.accept(Handlebars.parse(readFileSync(new URL(file, root), 'utf8')));
    expect(bare).toEqual([]);
  });

  it.each([...files, 'dashboard/plan.hbs'])('%s never switches escaping off', (file) => {
    expect(readFileSync(new URL(file, root), 'utf8')).not.toMatch(/\{\{\{|\{\{&/);
  });
});
