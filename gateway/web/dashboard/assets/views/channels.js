// All channels of the account: how each one is, and when it was last written to.

import { call } from "../api.js";
import { badge, empty, h, table } from "../dom.js";
import { installed } from "../parts.js";
import { state, traffic } from "../state.js";

export async function show(root, { query }) {
  const withInactive = query.get("all") === "1";
  const [{ items }, { kinds }] = await Promise.all([
    call("GET", "/webhooks", { query: { includeInactive: withInactive } }),
    installed(),
  ]);
  const titles = new Map(kinds.map(({ name, title }) => [name, title]));
  const rows = await Promise.all(items.map((channel) => row(channel, titles)));
  root.append(
    h("div", { class: "heading" }, h("h1", {}, "Channels"), rows.length ? h("a", { class: "button primary", href: "#/channels/new" }, "New channel") : null),
    rows.length ? table(["Name", "Kind", "State", "Last message"], rows, "Channels") : none(),
    h("p", { class: "quiet" }, toggle(withInactive)),
  );
}

function none() {
  return empty("No channels yet", h("p", {}, "A channel is a way in and out: a webhook, a telephone number, an email address."), h("div", { class: "actions" }, h("a", { class: "button primary", href: "#/channels/new" }, "Make the first one")));
}

function toggle(withInactive) {
  return withInactive
    ? h("a", { href: "#/channels" }, "Hide those that are switched off")
    : h("a", { href: "#/channels?all=1" }, "Show those that are switched off as well");
}

async function row(channel, titles) {
  const endpoint = await endpointOf(channel);
  return [
    h("span", { class: "name" }, h("a", { href: `#/channels/${channel.id}` }, channel.channelName), channel.isPrimary ? badge("primary", "info") : null),
    titles.get(channel.parser) ?? channel.parser,
    state(channel, endpoint),
    traffic(channel),
  ];
}

async function endpointOf(channel) {
  return channel.isActive ? call("GET", `/webhooks/${channel.id}/endpoint`) : null;
}
