// The page begins here: on its own in a saved or served file, by `mount` where somebody else holds the document,
// and as an anywidget by `render`.

import { mount as mountComponent, unmount } from "svelte";
import type { Derivation } from "./document/types";
import { hostOf, type Host, type Problem } from "./model/host";
import { widgetHost, type WidgetModel } from "./model/widget";
import "./style/tokens.css";
import App from "./views/App.svelte";

/** Shows a document (or what went wrong) in an element; gives back how to take it away. */
export function mount(target: Element, document: Derivation | Problem, host: Host): () => void {
  target.classList.add("whygrad");
  const app = mountComponent(App, { target, props: { document, host } });
  return () => void unmount(app);
}

/** What anywidget calls for each view of a widget. */
function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  return mount(el, JSON.parse(model.get("document")) as Derivation, widgetHost(model));
}
export default { render };

const holder = typeof document === "undefined" ? null : document.getElementById("whygrad-document");
if (holder) {
  const settings = document.getElementById("whygrad-host")?.textContent ?? '{"kind":"file"}';
  mount(document.getElementById("whygrad")!, JSON.parse(holder.textContent!) as Derivation | Problem, hostOf(JSON.parse(settings)));
}
