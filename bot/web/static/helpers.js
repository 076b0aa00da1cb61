/** Pages of helpers: tells htmx when something changed, counts what waits in the title, sends with Enter. */

const badge = () => Number(document.getElementById("badge")?.dataset.count ?? 0);
const talk = () => document.getElementById("live");
const title = document.title;
let counted = badge();

/** A key for a form: the same when it is sent twice, another one for the next time. */
function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function count() {
  const now = badge();
  document.title = now ? `(${now}) ${title}` : title;
  if (now > counted && document.hidden && globalThis.Notification?.permission === "granted") {
    new Notification(title, { body: document.body.dataset.waits, icon: "/static/seedling.svg", tag: "waits" });
  }
  counted = now;
}

function toTheEnd() {
  const box = talk();
  if (box?.getAttribute("role") === "log") box.scrollTop = box.scrollHeight;
}

// --- what changes while the page is open ---

const AGAIN = 5000; // ms until a stream that was refused is asked for again
const AWAY_AFTER = 3000; // ms without a connection before anybody is told
let lost;

function away(is) {
  if (is) {
    lost ??= setTimeout(() => tellAway(true), AWAY_AFTER);
    return;
  }
  clearTimeout(lost);
  lost = undefined;
  tellAway(false);
}

function tellAway(is) {
  const line = document.getElementById("away");
  line.textContent = is ? document.body.dataset.away : "";
  line.hidden = !is;
}

function listen() {
  const source = new EventSource(document.body.dataset.live);
  source.addEventListener("open", () => away(false));
  source.addEventListener("error", () => {
    away(true);
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN);
  });
  for (const name of ["queue", "case"]) source.addEventListener(name, () => htmx.trigger(document.body, name));
  source.addEventListener("over", () => location.assign("/helpers/sign-in"));
  addEventListener("pagehide", () => source.close(), { once: true });
}

addEventListener("pageshow", (event) => event.persisted && location.reload());

/** A form leads to another page: what changes here meanwhile must not lead elsewhere. */
let leaving = false;
document.addEventListener("submit", (event) => {
  leaving ||= !event.defaultPrevented;
});
for (const name of ["htmx:beforeRequest", "htmx:beforeOnLoad"]) {
  document.addEventListener(name, (event) => leaving && event.preventDefault());
}

let atTheEnd = true;
document.addEventListener("htmx:beforeSwap", (event) => {
  const box = talk();
  if (box && event.detail.target === box) atTheEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
});

/** A page that says “no” has no place for what was asked: say it above, and leave everything where it is. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, requestConfig } = event.detail;
  if (xhr.status < 400) return;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  if (page.getElementById(target.id)) return;
  event.detail.shouldSwap = false;
  if (requestConfig.verb === "post") flash(page.querySelector("#main .big, main .bubble")?.textContent ?? "");
});

function flash(text) {
  const line = document.createElement("p");
  line.className = "flash";
  line.dir = "auto";
  line.textContent = text;
  document.getElementById("flash").replaceChildren(line);
}

document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.requestConfig.verb === "post") flash(document.body.dataset.away);
});

document.addEventListener("htmx:afterSettle", () => {
  count();
  if (atTheEnd) toTheEnd();
});
document.addEventListener("htmx:oobAfterSwap", count);

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, requestConfig, xhr } = event.detail;
  if (requestConfig?.verb !== "post") return;
  const done = xhr.status >= 200 && xhr.status < 400;
  if (elt.id === "write") {
    arrived = done;
    return;
  }
  if (!done) return; // with the same key: should it have arrived after all, it counts once
  for (const field of document.querySelectorAll('input[name="key"]')) field.value = key();
  for (const box of elt.querySelectorAll("textarea")) box.value = "";
  elt.closest("details")?.removeAttribute("open");
});

// --- writing: the box is empty at once, what was written goes out in order, and comes back when it cannot go ---

const write = document.getElementById("write");
const waiting = [];
let going = false;
let arrived = false;
let failed = null;

async function send() {
  if (going) return;
  going = true;
  while (waiting.length) {
    const [first] = waiting;
    arrived = false;
    await htmx
      .ajax("POST", location.pathname, { source: write, target: "#live", select: "#live", swap: "outerHTML", values: first })
      .catch(() => {});
    if (arrived) {
      waiting.shift();
      failed = null;
      atTheEnd = true;
      toTheEnd();
      continue;
    }
    failed = first;
    write.elements.text.value = [...waiting.splice(0), { text: write.elements.text.value }]
      .map((each) => each.text)
      .filter(Boolean)
      .join("\n");
  }
  going = false;
}

write?.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = write.elements.text.value.trim();
  write.elements.text.value = "";
  write.elements.text.focus();
  if (!text) return;
  // What failed may have arrived all the same: sent again as it was, it counts once.
  waiting.push({ text, key: failed?.text === text ? failed.key : key() });
  send();
});

write?.elements.text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (write.elements.text.value.trim()) write.requestSubmit();
});

// --- a small message of the browser, for those who wish ---

const notify = document.getElementById("notify");
if (notify && globalThis.Notification?.permission === "default") {
  notify.hidden = false;
  notify.querySelector("button").addEventListener("click", async () => {
    await Notification.requestPermission();
    notify.hidden = true;
  });
}

count();
toTheEnd();
listen();
