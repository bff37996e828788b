// What needs attention first, then how the last days went, then the newest messages.
import { allowed } from "../acts.js";
import { call } from "../api.js";
import { attention } from "../attention.js";
import { bars } from "../chart.js";
import { empty, h } from "../dom.js";
import { merged, pages } from "../lists.js";
import { channels } from "../names.js";
import { messageLine, section } from "../rows.js";
import { milliseconds } from "../words.js";
import { EVERY_MS, drawn, watch } from "../watch.js";

const DAYS = 14;
const NEWEST = 5;
const A_CHANNEL_MS = 1000;
const DAY_MS = 24 * 3600 * 1000;

export async function show(root) {
  root.append(h("h1", {}, "Overview"));
  const known = await channels();
  if (!known.size) {
    root.append(
      empty(
        "Welcome",
        "Connect the first channel: then people and programs can write to your assistant. ",
        h("div", { class: "actions" }, h("a", { class: "button primary", href: "#/channels/new" }, "Make the first channel")),
      ),
    );
    return;
  }
  const needs = h("div", {});
  const lately = h("div", {});
  const newest = h("div", {});
  root.append(section("Needs attention", needs), lately, section("Newest messages", newest));

  const looks = [
    drawn(needs, () => attention(known, Date.now()), attentionList),
    drawn(
      lately,
      () => figures(Date.now()),
      (found) => found && lastDays(found),
    ),
    drawn(
      newest,
      () => newestOf(known),
      (messages) => messageList(messages, known),
    ),
  ];
  const look = () => Promise.all(looks.map((one) => one()));
  await look();
  // Some calls are made for each channel: with many, the limit of the token is to be kept.
  watch(root, look, Math.max(EVERY_MS, known.size * A_CHANNEL_MS));
}

function attentionList({ needs, isWhole }) {
  const partly = isWhole ? null : h("p", { class: "hint" }, "Your token may not see all of it.");
  if (!needs.length) return [h("p", { class: "fine" }, "Nothing. All is well."), partly];
  return [
    h(
      "ul",
      { class: "needs" },
      needs.map((need) => h("li", { class: need.tone }, needed(need))),
    ),
    partly,
  ];
}

function needed({ href, title, more }) {
  return [
    h("strong", {}, href ? h("a", { href }, title) : title),
    more ? h("p", { class: "meta clamp", dir: "auto" }, more) : null,
  ];
}

function figures(now) {
  const from = new Date(now - (DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  return allowed(call("GET", "/analytics", { query: { from } }));
}

function lastDays(found) {
  const { totals } = found;
  const share =
    totals.taskConversion === null
      ? null
      : `${Math.round(totals.taskConversion * 100)} % of messages`;
  const days = daily(found);
  return section(
    `The last ${days.length} days`,
    h(
      "dl",
      { class: "figures" },
      figure(
        "Messages",
        totals.received,
        totals.ignored ? `${totals.ignored} more by machines` : null,
      ),
      figure(
        "Answered",
        totals.answered,
        totals.unanswered ? `${totals.unanswered} unanswered` : null,
      ),
      figure("Tasks", totals.tasks, share),
      figure(
        "Time to answer",
        totals.response.count ? milliseconds(totals.response.p50Ms) : "–",
        totals.response.count ? `95 % within ${milliseconds(totals.response.p95Ms)}` : null,
      ),
      figure(
        "Sent",
        totals.repliesSent + totals.eventsSent + totals.notificationsSent,
        totals.dead ? `${totals.dead} given up` : null,
      ),
    ),
    bars(
      days,
      [
        ["received", "in"],
        ["sent", "out"],
      ],
      "Messages received, and all that was sent",
    ),
    h("p", { class: "hint" }, `Days of ${found.timeZone}.`),
  );
}

function figure(term, value, small) {
  return h(
    "div",
    {},
    h("dt", {}, term),
    h("dd", {}, typeof value === "number" ? value.toLocaleString("en") : value),
    small ? h("dd", { class: "meta" }, small) : null,
  );
}

// One entry a day, also for days on which nothing happened.
function daily({ fromDay, toDay, volume }) {
  const days = new Map();
  for (let at = Date.parse(fromDay); at <= Date.parse(toDay); at += DAY_MS) {
    days.set(new Date(at).toISOString().slice(0, 10), [0, 0]);
  }
  for (const { day, received, sent } of volume) {
    const values = days.get(day);
    if (values) {
      values[0] += received;
      values[1] += sent;
    }
  }
  return [...days].map(([day, values]) => ({ day, values }));
}

async function newestOf(known) {
  const lists = [...known.keys()].map((id) => pages(`/webhooks/${id}/messages`, {}, NEWEST));
  return merged(lists, (message) => message.receivedAt, NEWEST).next();
}

function messageList(messages, known) {
  if (!messages.length) {
    return empty(
      "No message yet",
      "Write to one of your ",
      h("a", { href: "#/channels" }, "channels"),
      ": what comes in is shown here.",
    );
  }
  return [
    h(
      "ul",
      { class: "feed" },
      messages.map((message) => h("li", {}, messageLine(message, known))),
    ),
    h("p", { class: "foot" }, h("a", { href: "#/messages" }, "All messages")),
  ];
}
