/** The chat page: puts the talk, the line to the server and the text box together. */

import { Line } from "./line.js";
import { spans, Talk } from "./talk.js";

const DOTS_AFTER = 350; // ms: quicker answers need no sign of waiting

const find = (id) => document.getElementById(id);
const log = find("log");
const text = find("text");
const composer = find("composer");
const answering = find("answering");
const others = new BroadcastChannel("talk");

let words = {};
let started = false; // the page has begun what it was opened for
let over = false; // everything was deleted, and nothing new begun
let dots;

const talk = new Talk(log, document.querySelector("main"), (button, on) => press(button, on));
const line = new Line(document.body.dataset.talk, { line: heard, page, ready, cleared, away });

// --- what comes in ---

function heard(said) {
  const fresh = log.getAttribute("aria-busy") !== "true";
  talk.add(said, fresh);
  if (!said.own) quiet();
  if (fresh) talk.toEnd();
}

function ready() {
  if (log.getAttribute("aria-busy") === "true") {
    talk.toEnd();
    log.setAttribute("aria-busy", "false");
    log.setAttribute("aria-live", "polite"); // the past is not read aloud
  }
  begin();
}

/** Begin the talk when there is none yet, or when a link asks for something. */
function begin() {
  const payload = document.body.dataset.payload;
  if (started || over || !(talk.empty || payload)) return;
  started = true;
  history.replaceState(null, "", "/chat");
  line.send("start", { payload });
  document.body.dataset.payload = "";
}

/** Another talk is open now, by another tab or because a cookie ran out: what stands here belongs to nobody. */
function cleared() {
  talk.clear();
  started = over = false;
}

function away(isAway) {
  const told = isAway ? words.away ?? "" : "";
  if (find("away").textContent !== told) find("away").textContent = told;
}

/** Turn the page's own words, and the page itself, to a language. */
function page(said) {
  if (over) return;
  words = talk.words = said;
  document.documentElement.lang = said.language;
  document.documentElement.dir = said.dir;
  document.title = said.title;
  const set = (name, put) =>
    document.querySelectorAll(`[data-${name}]`).forEach((element) => put(element, said[element.dataset[name]]));
  set("text", (element, value) => (element.textContent = value));
  set("label", (element, value) => element.setAttribute("aria-label", value));
  set("title", (element, value) => (element.title = value));
  set("placeholder", (element, value) => (element.placeholder = value));
  set("spans", (element, value) => element.replaceChildren(...spans(value)));
}

// --- what goes out ---

async function say(what, body, shown) {
  over = false;
  const message = shown && talk.expect(shown);
  dots ??= setTimeout(busy, DOTS_AFTER);
  const answer = await line.send(what, body);
  const shows = ["answered", "passed", "before"].includes(answer.outcome); // on the stream, both sides
  if (message && !shows) talk.settle(message);
  if (answer.outcome !== "answered") quiet();
  if (answer.outcome === "unsaved") heard(answer.line);
  if (answer.outcome === "forgotten") {
    others.postMessage(answer);
    forgotten(answer);
  }
}

async function press(button, on) {
  if (button.hasAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  const label = button.dataset.kind === "tick" ? "" : button.textContent.trim();
  await say("press", { data: button.dataset.press, on, label }, label);
  button.removeAttribute("aria-disabled");
}

function busy() {
  answering.hidden = false;
  find("spoken").textContent = words.answering ?? "";
  talk.toEnd();
}

function quiet() {
  clearTimeout(dots);
  dots = undefined;
  answering.hidden = true;
  find("spoken").textContent = "";
}

/** Everything was deleted: nothing of it may stay on the screen, in any tab. */
function forgotten(answer) {
  over = true;
  talk.clear();
  talk.add(answer.line, true);
  talk.offer(words.new_talk ?? "↺", () => location.reload()).focus();
  line.move(answer.talk);
}

// --- the page itself ---

/** Grow with the text, in browsers that do not know `field-sizing`. */
function grow() {
  text.dir = text.value ? "auto" : "";
  if (CSS.supports("field-sizing", "content")) return;
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 3}px`;
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = text.value.trim();
  if (!typed) return text.focus();
  text.value = "";
  grow();
  say("say", { text: typed }, typed);
});

text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  // While letters are being composed (Amharic, Burmese, …), Enter ends the letter and not the message.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

find("speak").addEventListener("click", ({ currentTarget }) => press(currentTarget, 0));

others.addEventListener("message", ({ data }) => forgotten(data));

log.setAttribute("aria-busy", "true");
composer.hidden = false;
find("speak").hidden = false;
find("elsewhere").remove();
line.open();
