// Keeps what the page shows up to date without touching what somebody is typing:
// every element marked data-live is replaced when the server would now draw it differently.
const everyMs = 2500;
const shown = new Map();
const live = () => document.querySelectorAll('[data-live][id]');

for (const element of live()) shown.set(element.id, element.outerHTML);

function keepOpen(before, after) {
  const was = [...before.querySelectorAll('details')].map((details) => details.open);
  [...after.querySelectorAll('details')].forEach((details, place) => {
    if (place < was.length) details.open = was[place];
  });
}

function replace(element, fresh) {
  const html = fresh.outerHTML;
  if (shown.get(element.id) === html || element.querySelector('input:checked')) return;
  shown.set(element.id, html);
  keepOpen(element, fresh);
  element.replaceWith(fresh);
}

async function refresh() {
  if (document.hidden || live().length === 0) return;
  const response = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const element of live()) {
    const fresh = page.getElementById(element.id);
    if (fresh) replace(element, document.importNode(fresh, true));
  }
}

setInterval(() => refresh().catch(() => undefined), everyMs);
