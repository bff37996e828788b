// One channel: how it is, where it is reached, whether it works, and what can be done with it.

import { call } from "../api.js";
import { access } from "../access.js";
import { badge, button, confirm, facts, h, note, notice, time } from "../dom.js";
import { installed } from "../parts.js";
import { provider } from "../provider.js";
import { state, traffic } from "../state.js";
import { trial } from "../trial.js";
import { verification } from "../verify.js";

export async function show(root, { id }) {
  const [channel, endpoint, { kinds }] = await Promise.all([
    call("GET", `/webhooks/${id}`),
    call("GET", `/webhooks/${id}/endpoint`),
    installed(),
  ]);
  const kind = kinds.find(({ name }) => name === channel.parser);
  const again = () => {
    root.replaceChildren();
    return show(root, { id });
  };
  const setup = kind?.hasSetup && channel.isActive ? provider(channel, (setting, value) => change(channel, { providerConfig: { [setting]: value } }, again)) : null;
  root.append(
    h("div", {}, h("p", { class: "crumb" }, h("a", { href: "#/channels" }, "Channels")), heading(channel, endpoint)),
    ...problems(channel, endpoint, kind, again),
    about(channel, kind, endpoint),
    channel.isActive ? access(channel, again) : "",
    setup?.element ?? "",
    channel.isActive ? trial(channel) : "",
    channel.isActive && !channel.isVerified ? verification(channel, again) : "",
    ending(channel, again),
  );
  setup?.start();
}

function heading(channel, endpoint) {
  return h(
    "div",
    { class: "heading" },
    h("div", { class: "name" }, h("h1", {}, channel.channelName), state(channel, endpoint)),
    h(
      "div",
      { class: "actions" },
      channel.isActive ? h("a", { class: "button", href: `#/channels/${channel.id}/try` }, "Try it") : null,
      h("a", { class: "button", href: `#/channels/${channel.id}/settings` }, "Settings"),
    ),
  );
}

function problems(channel, endpoint, kind, again) {
  const found = [];
  if (!channel.isActive) {
    found.push(note("warn", h("p", {}, "This channel is switched off: what is sent to it is refused. Nothing of it is lost.")));
  }
  if (!kind) {
    found.push(note("bad", `The plugin of this channel (${channel.parser}) is not there. Messages are refused until it is enabled again, and senders repeat them.`));
  }
  if (channel.providerConfig.problem) {
    found.push(note("bad", channel.providerConfig.problem));
  }
  if (["paused", "disabled"].includes(endpoint.state)) {
    const resume = button("Send what waits", async () => {
      await call("POST", `/webhooks/${channel.id}/endpoint/resume`);
      notice("What waited is on its way.");
      await again();
    }, { kind: "primary" });
    const until = endpoint.pausedUntil ? ["It is tried again ", time(endpoint.pausedUntil), "."] : "It is not tried again by itself.";
    found.push(
      note(endpoint.state === "paused" ? "warn" : "bad",
        h("p", {}, h("strong", {}, endpoint.state === "paused" ? "Deliveries are paused. " : "Deliveries are stopped. "), `${endpoint.waiting} waiting. `, until),
        h("p", {}, endpoint.reason),
        h("div", { class: "actions" }, resume)),
    );
  }
  return found;
}

function about(channel, kind, endpoint) {
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "About"),
    facts([
      ["Kind", kind?.title ?? channel.parser],
      ["Assistant", channel.responder === "builtin" ? "built-in" : channel.responder, channel.aiConfig.language ? ` (${channel.aiConfig.language})` : ""],
      ["Last message", traffic(channel)],
      ["Deliveries", deliveries(channel, endpoint)],
      ["Limits", `${channel.rateLimitPerMinute} messages a minute, ${channel.rateLimitPerHour} an hour`],
      ["Verified", channel.isVerified ? badge("verified", "good") : h("span", { class: "quiet" }, "not yet")],
      ["Made", time(channel.createdAt)],
    ]),
  );
}

function deliveries(channel, endpoint) {
  if (!channel.outboundEnabled) {
    return "switched off";
  }
  return endpoint.state === "healthy" ? "go out" : `${endpoint.state}${endpoint.waiting ? `, ${endpoint.waiting} waiting` : ""}`;
}

function ending(channel, again) {
  const primary = channel.isActive && !channel.isPrimary
    ? button("Make it the primary channel", () => change(channel, { isPrimary: true }, again))
    : null;
  const turn = channel.isActive
    ? button("Switch it off", () => switchOff(channel, again), { kind: "danger" })
    : button("Switch it on", () => change(channel, { isActive: true }, again), { kind: "primary" });
  return h("section", { class: "card" }, h("h2", {}, channel.isActive ? "Switch it off" : "Switch it on"), h("p", { class: "quiet" }, "Messages, conversations and tasks stay readable while it is off, and it can be switched on again."), h("div", { class: "actions" }, turn, primary));
}

async function switchOff(channel, again) {
  const text = "What is sent to its URL is refused from now on, and nothing goes out through it.";
  if (await confirm(`Switch ${channel.channelName} off?`, text, { action: "Switch it off", danger: true, typed: channel.channelName })) {
    await call("DELETE", `/webhooks/${channel.id}`, { ifMatch: channel.version });
    notice(`${channel.channelName} is switched off.`);
    await again();
  }
}

async function change(channel, body, again) {
  await call("PATCH", `/webhooks/${channel.id}`, { body, ifMatch: channel.version });
  notice("Saved.");
  await again();
}
