// Proving a channel by a code that travels through it, out or in.

import { call } from "./api.js";
import { button, h, note, notice } from "./dom.js";
import { isToPeople, recipientField } from "./recipient.js";

/** A card that verifies a channel; `changed` is called once it is verified. */
export function verification(channel, changed) {
  const to = isToPeople(channel) ? recipientField("verify-recipient", channel) : null;
  const place = h("div", { class: "outcome", "aria-live": "polite" });
  const begin = (method) => async () => {
    const body = { method, ...(to && method === "outbound" ? { recipient: to.value() } : {}) };
    const begun = await call("POST", `/webhooks/${channel.id}/verify`, { body });
    place.replaceChildren(...next(channel, begun, changed));
    place.querySelector("input")?.focus();
  };
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Verify"),
    h("p", { class: "quiet" }, "Proves that this channel is yours: a code travels through it, to you or from you."),
    to?.element,
    h("div", { class: "actions" }, button("Send me a code", begin("outbound")), button("Get a code to send in", begin("inbound"))),
    place,
  );
}

function next(channel, { status, detail, code }, changed) {
  if (status === "failed") {
    return [note("bad", h("p", {}, h("strong", {}, "The code could not be sent. ")), h("p", {}, detail))];
  }
  if (status === "waiting") {
    const look = button("It is sent", () => looked(channel, changed));
    return [note("info", h("p", {}, "Send a message to the channel whose whole text is ", h("strong", { class: "code" }, code), "."), h("div", { class: "actions" }, look))];
  }
  const field = h("input", { id: "code", autocomplete: "one-time-code", spellcheck: "false" });
  const enter = button("Verify", async () => {
    await call("POST", `/webhooks/${channel.id}/verify`, { body: { code: field.value.trim() } });
    notice("The channel is verified.");
    await changed();
  }, { kind: "primary" });
  return [h("div", { class: "field" }, h("label", { for: "code" }, "The code that you got"), field), h("div", { class: "actions" }, enter)];
}

async function looked(channel, changed) {
  const { isVerified } = await call("GET", `/webhooks/${channel.id}`);
  if (isVerified) {
    notice("The channel is verified.");
    await changed();
  } else {
    notice("The code has not come yet. It counts for a while; look again in a moment.", "warn");
  }
}
