// What states are called on the page, how grave each is, and what it means.
import { badge, h } from "./dom.js";

const MESSAGES = {
  received: ["waiting", "info", "It waits for an answer."],
  processed: ["answered", "good", "It has been answered."],
  failed: ["held", "bad", "It could not be answered, and waits for you."],
  quarantined: ["held", "bad", "It is kept unanswered until you have looked at it."],
  ignored: ["ignored", "quiet", "A machine wrote it, so nobody answers."],
  replayed: ["read anew", "quiet", "It was read again later; other messages came of it."],
  discarded: ["discarded", "quiet", "Nobody wanted it."],
  archived: ["archived", "quiet", "Its conversation was archived before it was answered."],
  erased: ["erased", "quiet", "Its sender's data was erased before it was answered."],
};
const DELIVERIES = {
  pending: ["on its way", "info", "It waits for its first or next attempt."],
  delivered: ["delivered", "good", "The other side has taken it."],
  dead: ["dead", "bad", "It is not tried any more until you retry it."],
  unrouted: [
    "not sent",
    "quiet",
    "The channel sends nothing: it has no address, or sending is off.",
  ],
  withheld: ["withheld", "warn", "Its person has opted out."],
  erased: ["erased", "quiet", "Its words went with the person's data."],
};
const CONVERSATIONS = {
  active: ["active", "good", "The assistant answers."],
  paused: ["paused", "warn", "Messages are kept and wait; the assistant does not answer."],
  resolved: ["resolved", "quiet", "It is completed."],
  archived: ["archived", "quiet", "It is closed for good; the next message starts a new one."],
};
const TASKS = {
  pending: ["open", "info", "It is to be done."],
  completed: ["completed", "good", "It is done."],
  failed: ["failed", "bad", "It could not be done."],
  cancelled: ["cancelled", "quiet", "It is not to be done any more."],
};
const ATTEMPTS = {
  delivered: ["delivered", "good", "The other side has taken it."],
  retrying: ["failed, to be repeated", "warn", "Another attempt follows."],
  dead: ["failed for good", "bad", "No other attempt follows by itself."],
};
const REPLAYS = {
  running: ["running", "info", "Deliveries are sent again."],
  paused: ["paused", "warn", "It goes on when you resume it."],
  cancelled: ["cancelled", "quiet", "What it had not come to stays as it is."],
  done: ["done", "good", "It has sent all that fitted."],
};
const PRIORITIES = {
  low: ["low", "quiet", "Low priority"],
  medium: ["medium", "quiet", "Medium priority"],
  high: ["high", "warn", "High priority"],
  critical: ["critical", "bad", "Critical priority"],
};
const KINDS = {
  message: MESSAGES,
  delivery: DELIVERIES,
  conversation: CONVERSATIONS,
  task: TASKS,
  attempt: ATTEMPTS,
  replay: REPLAYS,
  priority: PRIORITIES,
};

// A state as a badge; one that this page does not know yet is shown by its own name.
export function state(kind, value) {
  const [label, tone, meaning] = KINDS[kind][value] ?? [value, "quiet", ""];
  const shown = badge(label, tone);
  if (meaning) shown.title = meaning;
  return shown;
}

export function meaning(kind, value) {
  return (KINDS[kind][value] ?? [value, "quiet", ""])[2];
}

// The choices of a filter: the states of a kind, with their names on the page.
export function choices(kind) {
  return Object.entries(KINDS[kind]).map(([value, [label]]) => [value, label]);
}

// "1 message", "2 messages"; a count that is only a lower bound is "50+ messages".
export function count(number, one, many = `${one}s`, isMore = false) {
  return `${number.toLocaleString("en")}${isMore ? "+" : ""} ${number === 1 && !isMore ? one : many}`;
}

// Words that somebody outside wrote: text only, kept apart from the direction of what is around.
export function said(text, attributes = {}) {
  return h("div", { class: "said", dir: "auto", ...attributes }, text);
}

export function name(text) {
  return h("bdi", { class: "who" }, text);
}

export function bytes(size) {
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${(size / 1e3).toFixed(0)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}

export function milliseconds(taken) {
  if (taken === null || taken === undefined) return "–";
  return taken < 1000 ? `${Math.round(taken)} ms` : `${(taken / 1000).toFixed(1)} s`;
}
