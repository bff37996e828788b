// A test of a channel: one attempt at once, told in full, with what to do when it fails.

import { call } from "./api.js";
import { badge, button, h, json, note } from "./dom.js";
import { isToPeople, recipientField } from "./recipient.js";

/** A card that sends a test. `told` is called with true or false for how it went. */
export function trial(channel, told = () => {}) {
  const to = isToPeople(channel) ? recipientField("recipient", channel) : null;
  const outcome = h("div", { class: "outcome", "aria-live": "polite" });
  const send = button("Send a test", () => attempt(channel, to?.value(), outcome, told), { kind: "primary" });
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Test"),
    h("p", { class: "quiet" }, to ? "Sends a short text to you, right now." : "Sends the event webhook.test to the channel's outbound URL, right now."),
    to?.element,
    h("div", { class: "actions" }, send),
    outcome,
  );
}

async function attempt(channel, recipient, outcome, told) {
  outcome.replaceChildren(h("p", { class: "quiet" }, "Sending …"));
  try {
    const result = await call("POST", `/webhooks/${channel.id}/test`, { body: recipient ? { recipient } : {} });
    outcome.replaceChildren(
      note("good", h("p", {}, h("strong", {}, "It works. "), arrived(result)), details(result)),
    );
    told(true);
  } catch (error) {
    if (error.status === 401) {
      throw error;
    }
    outcome.replaceChildren(failure(channel, error));
    told(false);
  }
}

function arrived({ responseStatus, latencyMs }) {
  return responseStatus ? `The receiver answered ${responseStatus} after ${latencyMs} ms.` : `It was taken after ${latencyMs} ms.`;
}

function failure(channel, error) {
  const settings = h("a", { href: `#/channels/${channel.id}/settings` }, "the channel's settings");
  return note(
    "bad",
    h("p", {}, h("strong", {}, "It did not arrive.")),
    h("p", {}, h("strong", {}, "What to do: "), sentence(error.message)),
    h("p", {}, "Addresses and credentials are in ", settings, ". Then send the test again."),
    error.attempt ? details(error.attempt) : null,
  );
}

function sentence(message) {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function details(attempt) {
  const line = ({ method, url, status, totalMs }) => h("li", {}, badge(status ? String(status) : "no answer", status && status < 400 ? "good" : "bad"), h("span", {}, `${method} `, h("code", {}, url), totalMs ? ` ${Math.round(totalMs)} ms` : ""));
  return h(
    "details",
    {},
    h("summary", {}, "What was sent, and what came back"),
    attempt.calls?.length ? h("ul", { class: "findings" }, attempt.calls.map(line)) : null,
    attempt.request ? [h("h3", {}, "Sent"), json({ headers: attempt.request.headers, body: attempt.request.body })] : null,
    attempt.responseExcerpt ? [h("h3", {}, "Answered"), h("pre", { tabindex: "0" }, attempt.responseExcerpt)] : null,
  );
}
