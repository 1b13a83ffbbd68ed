// The page as a notebook's widget: it asks the kernel by traits.

import type { Answer, Host } from "./host";

/** The part of anywidget's model that is used. */
export interface WidgetModel {
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

export function widgetHost(model: WidgetModel): Host {
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  model.on("change:answer", () => {
    const { id, ...answer } = model.get("answer") as { id: number } & Answer;
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  return {
    kind: "widget",
    evaluate(request) {
      const id = ++asked;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        model.set("request", { id, ...request });
        model.save_changes();
      });
    },
    listen(on) {
      const heard = () => on({ document: JSON.parse(model.get("document")) });
      model.on("change:document", heard);
      return () => model.off("change:document", heard);
    },
  };
}
