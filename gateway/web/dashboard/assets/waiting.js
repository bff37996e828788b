// What a delivery waits for: its next attempt, a worker, or its endpoint.
import { call } from "./api.js";
import { button, h, time } from "./dom.js";
import { said } from "./words.js";

const STOPPED = ["paused", "disabled"];

// `endpoint` is null where the token may not ask for it.
export function waiting(delivery, endpoint, doing) {
  const isStopped = endpoint !== null && STOPPED.includes(endpoint.state);
  const why = isStopped ? endpoint.reason : delivery.lastError;
  return h(
    "section",
    { class: isStopped ? "attention" : "attention info", "aria-label": "What happens next" },
    h("p", {}, isStopped ? stopped(endpoint) : next(delivery)),
    why ? said(why) : null,
    isStopped ? h("div", { class: "actions" }, resume(endpoint, doing)) : null,
  );
}

function stopped({ state, pausedUntil }) {
  if (state === "disabled") {
    return "Its endpoint is switched off, since it failed for long. Nothing is sent there until you resume it.";
  }
  return [
    "Its endpoint is paused, since it fails. One delivery is tried ",
    soon(pausedUntil),
    "; when it arrives, the others follow.",
  ];
}

function next({ scheduledFor }) {
  if (!scheduledFor) return "An attempt is under way.";
  if (new Date(scheduledFor) <= new Date()) return "It is due: a worker takes it next.";
  return ["The next attempt is due ", time(scheduledFor), "."];
}

function soon(iso) {
  return iso && new Date(iso) > new Date() ? time(iso) : "next";
}

function resume({ webhookId, waiting: number }, doing) {
  const work = async () => {
    await call("POST", `/webhooks/${webhookId}/endpoint/resume`);
    return "Resumed: what waits is sent, a few at a time.";
  };
  const words = number > 1 ? "Resume it now, for all that waits" : "Resume it now";
  return button(words, () => doing(work), { kind: "primary" });
}
