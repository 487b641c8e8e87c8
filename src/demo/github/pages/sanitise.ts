import sanitizeHtml from 'sanitize-html';

const diffClasses = ['diff-add', 'diff-del', 'diff-hunk'];
const cell = ['align', 'colspan', 'rowspan'];

/** What GitHub lets through of HTML in comments; pictures are left out, since none is served from here. */
const policy: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'div', 'blockquote', 'hr', 'br', 'pre', 'code'],
    ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
    ...[
      'a',
      'b',
      'strong',
      'i',
      'em',
      's',
      'strike',
      'del',
      'ins',
      'sub',
      'sup',
      'kbd',
      'samp',
      'var',
      'tt',
      'q',
    ],
    ...['span', 'details', 'summary', 'ruby', 'rt', 'rp'],
  ],
  allowedAttributes: { a: ['href', 'title', 'rel'], th: cell, td: cell, ol: ['start'], details: ['open'] },
  allowedClasses: {
    a: ['mention'],
    code: [/^language-[\w-]+$/],
    pre: ['diff'],
    span: diffClasses,
    p: ['alert-title'],
    blockquote: [/^alert(-\w+)?$/],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesAppliedToAttributes: ['href'],
  allowProtocolRelative: false,
  nestingLimit: 100,
  transformTags: {
    a: (tagName, attribs) => ({ tagName, attribs: { ...attribs, rel: 'nofollow noopener' } }),
    th: alignedByAttribute,
    td: alignedByAttribute,
  },
};

/** markdown-it aligns cells by a style, which the Content-Security-Policy forbids. */
function alignedByAttribute(tagName: string, attribs: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  const align = /text-align:\s*(left|center|right)/.exec(attribs['style'] ?? '')?.[1];
  return { tagName, attribs: align === undefined ? attribs : { ...attribs, align } };
}

/** HTML that a stranger wrote, without anything that could run, load or look like more than text. */
export function sanitise(html: string): string {
  return sanitizeHtml(html, policy);
}
