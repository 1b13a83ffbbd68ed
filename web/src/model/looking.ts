// What the pointer or the keyboard rests on, and what is picked, in elements that say which number they are:
// data-look="variable entry" and data-pick="variable entry".

import type { Session } from "./session.svelte";

/** An attachment for the element around them. */
export const looking = (session: Session) => (node: Element): void => {
  const read = (event: Event, what: string) => {
    const [variable, entry] = (event.target as Element).closest(`[data-${what}]`)?.getAttribute(`data-${what}`)?.split(" ").map(Number) ?? [];
    return variable === undefined ? null : { variable, entry };
  };
  const look = (event: Event) => session.look(read(event, "look"));
  const leave = () => session.look(null);
  const pick = (event: Event) => {
    const found = read(event, "pick");
    if (found) session.pick(found);
  };
  const on = (names: string, act: (event: Event) => void) => names.split(" ").forEach((name) => node.addEventListener(name, act));
  on("pointerover focusin", look);
  on("pointerleave focusout", leave);
  on("click", pick);
  on("keydown", (event) => {
    const { key } = event as KeyboardEvent;
    if (key !== "Enter" && key !== " ") return;
    if ((event.target as Element).matches("[role=gridcell],g")) event.preventDefault();
    pick(event);
  });
};
