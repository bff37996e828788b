// All channels of the account: how each one is, and when it was last written to.

import { call, page } from "../api.js";
import { badge, empty, h, table, time } from "../dom.js";

export async function show(root, { query }) {
  const withInactive = query.get("all") === "1";
  const { items } = await call("GET", "/webhooks", { query: { includeInactive: withInactive } });
  const rows = await Promise.all(items.map(row));
  root.append(
    h("div", { class: "heading" }, h("h1", {}, "Channels")),
    rows.length ? table(["Name", "Type", "State", "Last message"], rows, "Channels") : none(),
    h("p", { class: "quiet" }, toggle(withInactive)),
  );
}

function none() {
  return empty("No channels yet", h("p", {}, "A channel is a way in and out: a webhook, a telephone number, an email address."));
}

function toggle(withInactive) {
  return withInactive
    ? h("a", { href: "#/channels" }, "Hide those that are switched off")
    : h("a", { href: "#/channels?all=1" }, "Show those that are switched off as well");
}

async function row(channel) {
  const [endpoint, last] = await Promise.all([endpointOf(channel), lastMessage(channel)]);
  return [
    h("span", { class: "name" }, channel.channelName, channel.isPrimary ? badge("primary", "info") : null),
    channel.channelType,
    state(channel, endpoint),
    last,
  ];
}

export function state(channel, endpoint) {
  if (!channel.isActive) {
    return badge("switched off", "quiet");
  }
  if (channel.providerConfig.problem) {
    return badge("settings unreadable", "bad");
  }
  const states = { paused: ["deliveries paused", "warn"], disabled: ["deliveries stopped", "bad"], draining: ["catching up", "info"] };
  const [text, tone] = states[endpoint?.state] ?? ["active", "good"];
  return badge(text, tone);
}

async function endpointOf(channel) {
  return channel.isActive ? call("GET", `/webhooks/${channel.id}/endpoint`) : null;
}

async function lastMessage(channel) {
  try {
    const { items } = await page(`/webhooks/${channel.id}/messages`, { limit: 1 });
    return time(items[0]?.receivedAt, "none yet");
  } catch (error) {
    if (error.code === "INSUFFICIENT_SCOPE") {
      return h("span", { class: "quiet" }, "not shown to this token");
    }
    throw error;
  }
}
