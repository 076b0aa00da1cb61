/** Draws the talk. Everything a person or the program said becomes text nodes: nothing here reads HTML. */

const LINK = /^(?:tel:\+?[0-9*#]+|https:\/\/)/;

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** Nodes for runs of text, each `[text, bold, link]`. */
export function spans(text) {
  return text.map(([words, bold, link]) => {
    const inner = bold ? make("strong", "", words) : document.createTextNode(words);
    if (!link || !LINK.test(link)) return inner;
    const anchor = make("a", "", inner);
    anchor.href = link;
    if (link.startsWith("https:")) {
      anchor.rel = "noopener noreferrer";
      anchor.target = "_blank";
    }
    return anchor;
  });
}

/** The same, in paragraphs: an empty line parts them. */
function paragraphs(text) {
  const all = [[]];
  for (const [words, bold, link] of text) {
    words.split(/\n{2,}/).forEach((part, n) => {
      if (n) all.push([]);
      if (part) all.at(-1).push([part, bold, link]);
    });
  }
  return all.filter((runs) => runs.length).map((runs) => make("p", "", ...spans(runs)));
}

/** Something to keep on the phone: a picture to look at and save, a file, or a place on the map. `shown`: it is there. */
function kept({ kind, url, name }, shown) {
  const link = make("a", `keep ${kind}`);
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  if (kind === "picture") {
    const picture = make("img", "");
    picture.src = url;
    picture.alt = name;
    picture.addEventListener("load", shown);
    link.append(picture);
  } else {
    link.append(`${kind === "map" ? "📍" : "⬇️"} ${name}`);
    if (kind === "file") link.download = "";
  }
  return link;
}

export class Talk {
  #log;
  #scroller;
  #press;
  #words = {};
  #messages = new Map(); // line id -> message element; a line that replaces another leads to the same element
  #waiting = []; // what was said here and has not come back on the stream yet

  /** `press(button, message id)` is called when a choice is pressed. */
  constructor(log, scroller, press) {
    this.#log = log;
    this.#scroller = scroller;
    this.#press = press;
  }

  get empty() {
    return this.#log.childElementCount === 0;
  }

  set words(words) {
    this.#words = words;
    for (const who of this.#log.querySelectorAll(".who")) who.textContent = `${words.you}: `;
  }

  /** Take everything away. */
  clear() {
    this.#log.replaceChildren();
    this.#messages.clear();
    this.#waiting = [];
  }

  /** Show a line that was kept; `fresh` when it was said just now and not read from the past. */
  add(line, fresh) {
    if (line.own) this.#addOwn(line, fresh);
    else if (!this.#replace(line)) this.#addTheirs(line, fresh);
  }

  /** Show what was typed or pressed before it is known to have arrived. Returns a handle for `settle`. */
  expect(text) {
    const message = this.#own([[text]]);
    message.classList.add("waiting", "arrived");
    this.#log.append(message);
    this.#waiting.push(message);
    this.toEnd();
    return message;
  }

  /** It has arrived, and whatever becomes of it will not be shown by a line of its own. */
  settle(message) {
    message.classList.remove("waiting");
    this.#waiting = this.#waiting.filter((other) => other !== message);
  }

  /** A choice of our own at the end, such as a new talk. */
  offer(label, chosen) {
    const button = this.#button(label, chosen);
    this.#log.append(make("div", "message now", make("div", "choices", make("div", "row", button))));
    this.toEnd();
    return button;
  }

  /** Show the newest words from their beginning: what matters stands first. */
  toEnd() {
    const last = this.#log.lastElementChild;
    if (!last) return;
    const room = this.#scroller.clientHeight;
    const top = last.offsetTop - this.#scroller.offsetTop - 16;
    const end = this.#scroller.scrollHeight - room;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || this.#log.getAttribute("aria-busy") === "true";
    this.#scroller.scrollTo({ top: Math.min(top, end), behavior: still ? "instant" : "smooth" });
  }

  #addOwn(line, fresh) {
    if (!line.text.length) return;
    const expected = this.#waiting.shift();
    if (expected) {
      expected.classList.remove("waiting");
      expected.querySelector(".words").replaceChildren(...spans(line.text));
      return;
    }
    const message = this.#own(line.text);
    if (fresh) message.classList.add("arrived");
    this.#log.append(message);
  }

  #own(text) {
    const words = make("span", "words", ...spans(text));
    const bubble = make("p", "bubble", make("span", "who unseen", `${this.#words.you ?? ""}: `), words);
    bubble.dir = "auto";
    return make("div", "message own", bubble);
  }

  #addTheirs(line, fresh) {
    if (line.hides) this.clear();
    const message = make("div", "message theirs", make("div", "bubble words", ...paragraphs(line.text)));
    if (line.keep) message.append(kept(line.keep, () => message === this.#log.lastElementChild && this.toEnd()));
    message.lang = line.language;
    message.dir = line.dir;
    message.classList.toggle("urgent", line.urgent);
    message.classList.toggle("arrived", fresh);
    if (line.id) message.dataset.line = line.id;
    this.#messages.set(line.id, message);
    this.#choices(message, line);
    for (const earlier of this.#log.querySelectorAll(".now")) earlier.classList.remove("now");
    message.classList.add("now");
    this.#log.append(message);
  }

  #replace(line) {
    const message = this.#messages.get(line.replaces);
    if (!message) return false;
    this.#messages.set(line.id, message);
    const words = message.querySelector(".words");
    const nodes = paragraphs(line.text);
    const text = nodes.map((node) => node.textContent).join("");
    if (words.textContent !== text) words.replaceChildren(...nodes);
    message.lang = line.language;
    message.dir = line.dir;
    this.#choices(message, line);
    return true;
  }

  /** Put the choices under a message. Buttons that stay are kept, so that the focus stays on them. */
  #choices(message, line) {
    const before = [...message.querySelectorAll(".choice")];
    const after = line.rows.flat();
    if (before.length && before.length === after.length) {
      before.forEach((button, n) => this.#label(button, ...after[n]));
      return;
    }
    message.querySelector(".choices")?.remove();
    if (!after.length) return;
    const rows = line.rows.map((row) => {
      const buttons = row.map((choice) => {
        const button = this.#button("", () => this.#press(button, Number(message.dataset.line ?? 0)));
        this.#label(button, ...choice);
        return button;
      });
      return make("div", "row", ...buttons);
    });
    message.append(make("div", "choices", ...rows));
  }

  /** `kind`: `next` leads on, `out` leads elsewhere, `tick` changes this message and is no message of its own. */
  #label(button, label, data, kind) {
    if (button.textContent !== label) button.textContent = label;
    button.dataset.press = data;
    button.dataset.kind = kind;
  }

  #button(label, pressed) {
    const button = make("button", "choice", label);
    button.type = "button";
    button.dir = "auto";
    button.addEventListener("click", pressed);
    return button;
  }
}
