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
  /** The number of the document that it gave last; variables are numbers that mean something only there. */
  edition?: number;
  /** Asks Python for the values at moved inputs; without it, the page's interpreter is all there is. */
  evaluate?(request: Request): Promise<Answer>;
  /** Hears of new documents and of problems (the file was saved); gives back how to stop. */
  listen?(on: (message: Answer) => void): () => void;
}

/** The host that the page's own settings describe. */
export function hostOf(settings: { kind: Host["kind"]; token?: string; edition?: number }): Host {
  const { kind, token, edition } = settings;
  return kind === "server" && token ? serverHost(token, edition) : { kind };
}

function serverHost(token: string, edition = 0): Host {
  const host: Host = {
    kind: "server",
    edition,
    async evaluate(request) {
      const response = await fetch("/evaluate", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Whygrad-Token": token },
        body: JSON.stringify(request),
      });
      return (await response.json()) as Answer;
    },
    listen(on) {
      const events = new EventSource(`/events?token=${encodeURIComponent(token)}&edition=${host.edition}`);
      events.onmessage = (event) => {
        const message = JSON.parse(event.data) as Answer;
        if ("document" in message) host.edition = message.edition;
        on(message);
      };
      let gone = false;
      events.onerror = () => {
        gone = true;
        const what = "whygrad open does not answer: it may have ended. What you move is computed by the page alone.";
        on({ problem: { format: "whygrad problem", kind: "No connection", text: what, what } });
      };
      events.onopen = () => gone && location.reload();
      return () => events.close();
    },
  };
  return host;
}
