// Who runs the page: a saved file, a notebook's frame, a widget, or the local server; and how it is asked.

import type { Derivation, Entry } from "../document/types";

/** What went wrong in the author's code, in place of a document. */
export interface Problem {
  format: "whygrad problem";
  kind: string;
  text: string;
  what?: string;
  file?: string;
  line?: number;
  column?: number;
  end_column?: number;
  source?: { line: number; text: string }[];
  instead?: string;
}

export interface Request {
  /** What was moved, whole: arguments' leaves and captured arrays. */
  inputs: { variable: number; data: Entry[] }[];
  /** Which document they are about. */
  edition: number;
}

export type Answer =
  | { values: { variable: number; data: Entry[] }[] }
  | { document: Derivation; edition?: number }
  | { problem: Problem };

export interface Host {
  kind: "file" | "frame" | "server" | "widget";
  /** Asks Python for the values at moved inputs; without it, the page's interpreter is all there is. */
  evaluate?(request: Request): Promise<Answer>;
  /** Hears of new documents and of problems (the file was saved); gives back how to stop. */
  listen?(on: (message: Answer) => void): () => void;
}

/** The host that the page's own settings describe. */
export function hostOf(settings: { kind: Host["kind"]; token?: string }): Host {
  return settings.kind === "server" && settings.token ? serverHost(settings.token) : { kind: settings.kind };
}

function serverHost(token: string): Host {
  return {
    kind: "server",
    async evaluate(request) {
      const response = await fetch("/evaluate", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Whygrad-Token": token },
        body: JSON.stringify(request),
      });
      return (await response.json()) as Answer;
    },
    listen(on) {
      const events = new EventSource(`/events?token=${encodeURIComponent(token)}`);
      events.onmessage = (event) => on(JSON.parse(event.data) as Answer);
      return () => events.close();
    },
  };
}
