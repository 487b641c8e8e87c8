const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What takes two columns of a terminal: emoji, and the letters of East Asian scripts at their full width. */
const wide =
  /\p{Emoji_Presentation}|\ufe0f|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;

/** The half-width forms are of those scripts and narrow all the same. */
const narrow = /^[\uff61-\uffdc\uffe8-\uffee]/u;

/** How many columns of a terminal a line takes. */
export function textWidth(line: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(line))
    width += wide.test(segment) && !narrow.test(segment) ? 2 : 1;
  return width;
}
