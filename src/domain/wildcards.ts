/**
 * Whether a text is what a pattern says, from its first letter to its last; `*` stands for any letters, or none. Asked
 * part by part: a regular expression would try all ways to divide the text, which a pattern of many `*` makes more than
 * anybody can wait for.
 */
export function isLike(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
