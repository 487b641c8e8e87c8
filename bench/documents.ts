/** Replaces what stands between two marks of that name. Throws where the text does not hold both. */
export function withPart(document: string, name: string, part: string): string {
  const begin = `<!-- ${name}: written by npm run bench -->`;
  const end = `<!-- end of ${name} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The lines ${begin} and ${end} were expected, in this order.`);
  return `${document.slice(0, from)}${begin}\n\n${part.trim()}\n\n${document.slice(to)}`;
}
