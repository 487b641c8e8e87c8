/** Control and format characters (bidi, zero-width, escape), lone surrogates, odd line ends: what the eye misses. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with every hidden character shown as `\u{202E}`; line ends become `\n`, tabs stay. */
export function reveal(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(hidden, (character) => {
    if (character === '\n' || character === '\t') return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}}`;
  });
}

/** The same on one line, for titles, cells and sentences. */
export function revealLine(text: string): string {
  return reveal(text).replace(/\s+/g, ' ').trim();
}

/** At most `length` UTF-16 units, an ellipsis standing for the rest; never half of a surrogate pair. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
