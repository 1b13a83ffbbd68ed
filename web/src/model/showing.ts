// Markup as text, put into the page so that only what differs is changed: focus, selections and what moves stay.

/** Makes an element's inside the same as another's. */
function become(old: Node, next: Node): void {
  const [held, wanted] = [[...old.childNodes], [...next.childNodes]];
  wanted.forEach((to, n) => {
    const from = held[n];
    if (!from) old.appendChild(to);
    else if (from.nodeName !== to.nodeName) old.replaceChild(to, from);
    else if (from instanceof Element && to instanceof Element) {
      for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
      for (const { name, value } of to.attributes)
        if (from.getAttribute(name) !== value) {
          from.setAttribute(name, value);
          // What was typed or chosen would stand before the attribute.
          if (name === "value") (from as HTMLInputElement).value = value;
          if (name === "selected") (from as HTMLOptionElement).selected = true;
        }
      become(from, to);
    } else if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
  });
  for (const gone of held.slice(wanted.length)) gone.remove();
}

const shown = new WeakMap<Element, string>();

/** An attachment: the element holds this markup. (A list of choices comes with its <select>: put in alone, its last choice would be chosen.) */
export const showing = (markup: string) => (node: Element): void => {
  if (shown.get(node) === markup) return;
  shown.set(node, markup);
  const next = node.cloneNode() as Element;
  next.innerHTML = markup;
  become(node, next);
};

/** What an event's element, or one around it, says in data-…, word by word. */
export function told(event: Event, what: string): string[] {
  return (event.target as Element).closest(`[data-${what}]`)?.getAttribute(`data-${what}`)?.split(" ") ?? [];
}
