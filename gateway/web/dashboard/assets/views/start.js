// The first steps of a channel: have it called, and see that it works.

import { call, page } from "../api.js";
import { access } from "../access.js";
import { badge, h, note, notice } from "../dom.js";
import { installed } from "../parts.js";
import { provider } from "../provider.js";
import { stepper } from "../stepper.js";
import { trial } from "../trial.js";

const LOOK_EVERY = 2000;

export async function show(root, { id }) {
  const [channel, { kinds }] = await Promise.all([call("GET", `/webhooks/${id}`), installed()]);
  const kind = kinds.find(({ name }) => name === channel.parser);
  const again = () => {
    root.replaceChildren();
    return show(root, { id });
  };
  const steps = h("div", {}, stepper(2));
  const left = h("div", {}, note("good", "The channel is there. Two things are left: have messages come in, and see that answers go out."));
  const tested = () => {
    steps.replaceChildren(stepper(4));
    left.replaceChildren(note("good", "The test arrived: what the assistant says goes out."));
  };
  const setup = kind?.hasSetup ? provider(channel, (setting, value) => set(channel, setting, value, again)) : null;
  root.append(
    h("p", { class: "crumb" }, h("a", { href: "#/channels" }, "Channels")),
    h("h1", {}, `Connect ${channel.channelName}`),
    steps,
    left,
    setup?.element ?? access(channel, again, lead(channel)),
    waiting(channel, () => steps.replaceChildren(stepper(3))),
    sending(channel, tested),
    h(
      "div",
      { class: "actions" },
      h("a", { class: "button primary", href: `#/channels/${channel.id}` }, "To the channel"),
      h("a", { class: "button", href: `#/channels/${channel.id}/try` }, "Try what it answers"),
    ),
  );
  setup?.start();
}

async function set(channel, setting, value, again) {
  await call("PATCH", `/webhooks/${channel.id}`, { body: { providerConfig: { [setting]: value } }, ifMatch: channel.version });
  notice("Set.");
  await again();
}

function lead(channel) {
  return h("p", {}, "Give the URL to whatever is to write to this channel", channel.verifier === "hmac" ? ", and the secret that it signs with." : ".");
}

// Looks for the first message until it is there, or the page is left.
function waiting(channel, arrived) {
  const state = h("div", { "aria-live": "polite" }, h("p", {}, badge("waiting", "info"), " for the first message …"));
  const look = async () => {
    if (!state.isConnected) {
      return;
    }
    const { items } = await page(`/webhooks/${channel.id}/messages`, { limit: 1 });
    if (items.length === 0) {
      setTimeout(() => look().catch(stop), LOOK_EVERY);
      return;
    }
    state.replaceChildren(note("good", h("p", {}, h("strong", {}, "A message arrived"), `, from ${items[0].senderIdentifier}:`), h("blockquote", {}, items[0].content)));
    arrived();
  };
  const stop = (error) => state.replaceChildren(note("bad", error.message));
  queueMicrotask(() => look().catch(stop));
  return h("section", { class: "card" }, h("h2", {}, "The first message"), state);
}

function sending(channel, tested) {
  if (channel.channelType === "custom_webhook" && !channel.providerConfig.outboundWebhookUrl) {
    return h(
      "section",
      { class: "card" },
      h("h2", {}, "Test"),
      note("info", "This channel has no outbound URL, so its answers and events go nowhere. ", h("a", { href: `#/channels/${channel.id}/settings` }, "Set one"), " to have them sent."),
    );
  }
  return trial(channel, (isGood) => isGood && tested());
}
