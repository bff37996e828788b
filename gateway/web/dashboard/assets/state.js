// How a channel is, in a word.

import { page } from "./api.js";
import { badge, h, time } from "./dom.js";

const STATES = {
  paused: ["deliveries paused", "warn"],
  disabled: ["deliveries stopped", "bad"],
  draining: ["catching up", "info"],
  failing: ["deliveries fail", "warn"],
};

export function state(channel, endpoint) {
  if (!channel.isActive) {
    return badge("switched off", "quiet");
  }
  if (channel.providerConfig.problem) {
    return badge("settings unreadable", "bad");
  }
  const [text, tone] = STATES[endpoint?.state] ?? ["active", "good"];
  return badge(text, tone);
}

/** When a channel was last written to, filled in once it is known. */
export function traffic(channel) {
  const place = h("span", {}, "…");
  page(`/webhooks/${channel.id}/messages`, { limit: 1 })
    .then(({ items }) => place.replaceChildren(time(items[0]?.receivedAt, "none yet")))
    .catch((error) => place.replaceChildren(h("span", { class: "quiet" }, error.code === "INSUFFICIENT_SCOPE" ? "not shown to this token" : error.message)));
  return place;
}
