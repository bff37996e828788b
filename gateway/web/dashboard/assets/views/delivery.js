// One delivery: each attempt with what was asked and answered, what to do, and its retry.
import { allowed } from "../acts.js";
import { call } from "../api.js";
import { button, copyable, h, json, time } from "../dom.js";
import { channelName } from "../names.js";
import { facts, section } from "../rows.js";
import { thing } from "../thing.js";
import { waiting } from "../waiting.js";
import { count, meaning, milliseconds, name, said, state } from "../words.js";

const STEPS = [
  ["dns", "name"],
  ["connect", "connection"],
  ["tls", "TLS"],
  ["wait", "answer"],
  ["read", "rest"],
];

export async function show(root, { id }) {
  await thing(root, () => found(id), draw);
}

async function found(id) {
  const delivery = await call("GET", `/deliveries/${id}`);
  const isWaiting = delivery.status === "pending";
  const asked = isWaiting ? allowed(call("GET", `/webhooks/${delivery.webhookId}/endpoint`)) : null;
  return { delivery, endpoint: await asked };
}

function draw({ delivery, endpoint }, known, doing) {
  return [
    heading(delivery, known),
    ["dead", "withheld"].includes(delivery.status) ? gaveUp(delivery, doing) : null,
    delivery.status === "pending" ? waiting(delivery, endpoint, doing) : null,
    attempts(delivery),
    receipts(delivery),
    body(delivery),
    repeat(delivery),
    details(delivery),
  ];
}

function heading(delivery, known) {
  return [
    h("p", { class: "crumb" }, h("a", { href: "#/deliveries" }, "Deliveries"), ` / ${delivery.id}`),
    h(
      "h1",
      {},
      delivery.kind === "reply" ? ["Answer to ", name(delivery.recipient)] : delivery.event,
    ),
    h(
      "p",
      { class: "meta" },
      state("delivery", delivery.status),
      h(
        "span",
        {},
        "through ",
        h(
          "a",
          { href: `#/channels/${delivery.webhookId}` },
          name(channelName(known, delivery.webhookId)),
        ),
      ),
      h("span", {}, time(delivery.createdAt)),
      delivery.conversationId
        ? h("a", { href: `#/conversations/${delivery.conversationId}` }, "its conversation")
        : null,
    ),
  ];
}

function gaveUp(delivery, doing) {
  const retry = async () => {
    await call("POST", `/deliveries/${delivery.id}/retry`, { body: {} });
    return "It is due now, on a fresh schedule. This page shows how it goes.";
  };
  return h(
    "section",
    { class: "attention", "aria-label": "Why it was given up" },
    h("p", {}, h("strong", {}, meaning("delivery", delivery.status))),
    delivery.lastError ? said(delivery.lastError) : null,
    h(
      "div",
      { class: "actions" },
      button("Send again", () => doing(retry), { kind: "primary" }),
    ),
  );
}

function attempts({ history }) {
  if (!history.length) return section("Attempts", h("p", { class: "hint" }, "None yet."));
  return section(
    "Attempts",
    h(
      "ol",
      { class: "attempts", reversed: true },
      [...history].reverse().map((one, i) => h("li", {}, attempt(one, i === 0))),
    ),
  );
}

function attempt(one, isLast) {
  const calls = one.calls ?? [];
  return [
    h(
      "p",
      { class: "meta" },
      h("strong", {}, `Attempt ${one.number}`),
      state("attempt", one.status),
      one.responseStatus ? h("span", {}, `answered ${one.responseStatus}`) : null,
      h("span", {}, milliseconds(one.latencyMs)),
      h("span", {}, time(one.at)),
      one.nextRetryAt ? h("span", {}, "next ", time(one.nextRetryAt)) : null,
    ),
    one.detail ? said(one.detail) : null,
    calls.map((made, i) => exchange(made, `${one.number}.${i}`, isLast && i === calls.length - 1)),
  ];
}

function exchange(made, key, isOpen) {
  return h(
    "details",
    { "data-key": `call-${key}`, open: isOpen && made.status !== 200 },
    h(
      "summary",
      {},
      `${made.method} `,
      name(made.url),
      made.status ? ` → ${made.status}` : " → no answer",
    ),
    dialled(made),
    bar(made),
    h(
      "div",
      { class: "sides" },
      side("Asked", made.requestHeaders),
      side("Answered", made.responseHeaders, made.excerpt),
    ),
  );
}

function dialled({ address, isReused }) {
  if (isReused) return h("p", { class: "meta" }, "on a connection that was open already");
  return h("p", { class: "meta" }, address ? `dialled ${address}` : "no connection came about");
}

function side(title, headers, excerpt) {
  const lines = Object.entries(headers ?? {}).map(([field, value]) => `${field}: ${value}`);
  return h(
    "div",
    {},
    h("h4", {}, title),
    lines.length
      ? h("pre", { tabindex: "0" }, lines.join("\n"))
      : h("p", { class: "hint" }, "Nothing."),
    excerpt ? h("pre", { tabindex: "0" }, excerpt) : null,
  );
}

// Where the time of a call went: as long as each step took, and the same in words.
function bar(made) {
  const { dnsMs, connectMs, tlsMs, firstByteMs, totalMs } = made;
  const before = (dnsMs ?? 0) + (connectMs ?? 0) + (tlsMs ?? 0);
  const taken = {
    dns: dnsMs,
    connect: connectMs,
    tls: tlsMs,
    wait: firstByteMs === null ? null : Math.max(0, firstByteMs - before),
    read: firstByteMs === null || totalMs === null ? null : Math.max(0, totalMs - firstByteMs),
  };
  const steps = STEPS.filter(([step]) => taken[step] !== null && taken[step] !== undefined);
  if (!steps.length) return null;
  const strip = h(
    "div",
    { class: "strip", "aria-hidden": "true" },
    steps.map(([step]) => part(step, taken[step])),
  );
  const words = steps.map(([step, label]) =>
    h("span", { class: `key ${step}` }, `${label} ${milliseconds(taken[step])}`),
  );
  return h(
    "div",
    { class: "timing" },
    strip,
    h("p", { class: "meta" }, words, h("span", {}, `all ${milliseconds(totalMs)}`)),
  );
}

function part(step, taken) {
  const piece = h("span", { class: step });
  piece.style.flexGrow = String(Math.max(taken, 0.01));
  return piece;
}

function receipts({ receipts, pieces }) {
  if (!receipts.length && !pieces.length) return null;
  return section(
    "What the provider said later",
    h(
      "ul",
      { class: "plain" },
      receipts.map((one) => h("li", {}, one.state, " ", one.at ? time(one.at) : null)),
    ),
    pieces.length
      ? h(
          "p",
          { class: "meta" },
          pieces.map((one) => h("span", {}, `part ${one.number}: ${one.state}`)),
        )
      : null,
  );
}

function body(delivery) {
  return h(
    "details",
    { "data-key": "body", class: "block" },
    h("summary", {}, "What is sent"),
    shown(delivery.body),
  );
}

function shown(text) {
  try {
    return json(JSON.parse(text));
  } catch {
    return h("pre", { tabindex: "0" }, text);
  }
}

function repeat({ curl }) {
  if (!curl) return null;
  return h(
    "details",
    { "data-key": "curl", class: "block" },
    h("summary", {}, "Make the last call by hand"),
    h(
      "p",
      { class: "hint" },
      "A line for a shell, signed anew. It asks for what was left out here: set that first.",
    ),
    copyable(curl),
  );
}

function details(delivery) {
  const { segments, costUsd, resends } = delivery;
  return h(
    "details",
    { "data-key": "details", class: "block" },
    h("summary", {}, "Details"),
    facts([
      ["Event", delivery.event],
      ["Event id", delivery.eventId],
      ["Recipient", delivery.recipient ? name(delivery.recipient) : null],
      ["Attempts", String(delivery.attempts)],
      ["Finished", delivery.finishedAt ? time(delivery.finishedAt) : null],
      ["Provider's id", delivery.providerId],
      ["Provider says", delivery.providerState],
      ["Segments", segments === null ? null : String(segments)],
      ["Cost", costUsd === null ? null : `$${costUsd}`],
      ["Sent once more", resends ? count(resends, "time") : null],
      ["Rerouted from", delivery.reroutedFrom ? `channel ${delivery.reroutedFrom}` : null],
    ]),
  );
}
