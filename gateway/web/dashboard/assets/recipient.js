// Whom something is sent to, on a channel that writes to people.

import { h } from "./dom.js";

const HINTS = { sms: "A telephone number of yours, such as +15550101.", email: "An email address of yours." };

/** Whether a channel writes to people, and not to a URL. */
export function isToPeople(channel) {
  return channel.channelType !== "custom_webhook";
}

/** A field for a recipient: `{element, value}`. */
export function recipientField(id, channel) {
  const field = h("input", { id, autocomplete: "off", "aria-describedby": `${id}-hint` });
  const hint = h("p", { class: "hint", id: `${id}-hint` }, HINTS[channel.channelType] ?? "An address of yours.");
  return { element: h("div", { class: "field" }, h("label", { for: id }, "Send it to"), field, hint), value: () => field.value.trim() };
}
