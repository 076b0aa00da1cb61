/** The line to the server: what is said here goes out in order and counts once, what is said there comes in live. */

const AWAY_AFTER = 1500; // ms without a connection before anybody is told
const DEAD_AFTER = 40_000; // ms without a beat (the server's come every 15 s) before the connection counts as dead
const HIDDEN_AFTER = 30_000; // ms in the background before the connection is given up until somebody looks again
const ANSWER_WITHIN = 15_000;
const PATIENCE = [1, 2, 4, 8, 15]; // seconds between attempts

const rest = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** A name for one message: the same when it is sent again. (`randomUUID` is missing on plain http.) */
function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Line {
  #listener;
  #talk;
  #last = 0;
  #source = null;
  #queue = [];
  #sending = false;
  #failed = false; // the last attempt to send
  #dead;
  #away;
  #hidden;
  #attempts = 0;

  /** `listener` has `line(line)`, `page(words)`, `ready()`, `cleared()` and `away(isAway)`. */
  constructor(talk, listener) {
    this.#talk = talk;
    this.#listener = listener;
    document.addEventListener("visibilitychange", () => this.#looked());
    addEventListener("online", () => this.open());
    addEventListener("pageshow", (event) => event.persisted && this.open());
  }

  /** Connect, or connect anew. */
  open() {
    this.#source?.close();
    const source = new EventSource(`/chat/stream?talk=${this.#talk}&after=${this.#last}`);
    this.#source = source;
    const on = (name, heard) =>
      source.addEventListener(name, (event) => {
        if (source !== this.#source) return;
        this.#alive();
        heard(JSON.parse(event.data), Number(event.lastEventId));
      });
    on("talk", ({ talk }) => talk === this.#talk || this.#became(talk));
    on("page", (words) => this.#listener.page(words));
    on("line", (line, id) => {
      if (id <= this.#last) return;
      this.#last = id;
      this.#listener.line(line);
    });
    on("beat", () => {});
    on("ready", () => {
      this.#attempts = 0;
      this.#listener.ready();
      this.#told();
    });
    source.onerror = () => source === this.#source && this.#lost();
    this.#alive();
  }

  /** Go over to another talk: this one is no more. */
  move(talk) {
    this.#talk = talk;
    this.#last = 0;
    this.open();
  }

  /** Send something; resolves with what became of it once the server has it, however long that takes. */
  send(what, body) {
    return new Promise((done) => {
      this.#queue.push({ what, body: { key: key(), ...body }, done });
      if (!this.#sending) this.#pump();
    });
  }

  async #pump() {
    this.#sending = true;
    for (let attempt = 0; this.#queue.length; ) {
      const { what, body, done } = this.#queue[0];
      const { status, answer, wait } = await this.#post(what, { talk: this.#talk, ...body });
      const again = status === 0 || status === 409 || status === 429 || status >= 500;
      this.#failed = again && status !== 409;
      this.#told();
      if (!again) {
        attempt = 0;
        this.#queue.shift();
        done(answer);
        continue;
      }
      if (status === 409) this.open();
      await rest(wait || PATIENCE[Math.min(attempt++, PATIENCE.length - 1)]);
    }
    this.#sending = false;
  }

  async #post(what, body) {
    try {
      const response = await fetch(`/chat/${what}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout?.(ANSWER_WITHIN),
      });
      const wait = Number(response.headers.get("Retry-After") ?? 0);
      const answer = response.status === 202 ? await response.json() : { outcome: "refused" };
      return { status: response.status, answer, wait };
    } catch {
      return { status: 0 };
    }
  }

  #became(talk) {
    this.#talk = talk;
    this.#last = 0;
    this.#listener.cleared();
  }

  #alive() {
    clearTimeout(this.#dead);
    this.#dead = setTimeout(() => this.open(), DEAD_AFTER);
  }

  /** The browser connects again by itself, except after an answer that is no stream. */
  #lost() {
    this.#told();
    if (this.#source.readyState !== EventSource.CLOSED) return;
    const source = this.#source;
    const wait = PATIENCE[Math.min(this.#attempts++, PATIENCE.length - 1)];
    rest(wait).then(() => source === this.#source && this.open());
  }

  #told() {
    const away = this.#failed || this.#source?.readyState !== EventSource.OPEN;
    if (away) {
      this.#away ??= setTimeout(() => this.#listener.away(true), AWAY_AFTER);
      return;
    }
    clearTimeout(this.#away);
    this.#away = undefined;
    this.#listener.away(false);
  }

  /** A browser opens few connections to one place: a tab that nobody sees gives its own back. */
  #looked() {
    clearTimeout(this.#hidden);
    if (!document.hidden && !this.#source) this.open();
    if (!document.hidden) return;
    this.#hidden = setTimeout(() => {
      clearTimeout(this.#dead);
      this.#source?.close();
      this.#source = null;
    }, HIDDEN_AFTER);
  }
}
