// How a channel is set up at its provider: looked at, and set right where the gateway can do it.

import { call } from "./api.js";
import { badge, button, h, note } from "./dom.js";

const TONES = { ok: ["right", "good"], warning: ["look at it", "warn"], problem: ["wrong", "bad"] };

/** What the provider says, with a button that connects. `choose(setting, value)` sets one of its choices. */
export function provider(channel, choose) {
  const place = h("div", { class: "stack", "aria-live": "polite" });
  const look = async (method, path) => draw(await call(method, `/webhooks/${channel.id}/${path}`));
  const check = button("Check again", () => look("GET", "setup"));
  const connect = button("Connect", () => look("POST", "connect"), { kind: "primary" });
  const draw = ({ findings, choices }) => {
    const isMendable = findings.some((finding) => finding.isMendedByConnect && finding.status !== "ok");
    const isAllRight = findings.length > 0 && findings.every(({ status }) => status === "ok");
    connect.hidden = !isMendable;
    place.replaceChildren(
      isAllRight ? note("good", "The provider is set up and calls this channel.") : "",
      isMendable ? note("info", "Connect tells the provider this channel's URL, so that messages arrive here. It can be repeated.") : "",
      h("ul", { class: "findings" }, findings.map(finding)),
      offers(channel, choices, choose),
    );
  };
  const element = h("section", { class: "card" }, h("h2", {}, "At the provider"), place, h("div", { class: "actions" }, connect, check));
  connect.hidden = true;
  const start = async () => {
    try {
      await look("GET", "setup");
    } catch (error) {
      place.replaceChildren(note("bad", error.message));
    }
  };
  return { element, start };
}

function finding({ status, message }) {
  const [word, tone] = TONES[status] ?? [status, "quiet"];
  return h("li", {}, badge(word, tone), h("span", {}, message));
}

function offers(channel, choices, choose) {
  if (!choices.length) {
    return "";
  }
  const pick = ({ setting, value }) =>
    channel.providerConfig[setting] === value ? badge("in use", "info") : button("Use it", () => choose(setting, value), { kind: "small" });
  const line = (choice) => h("li", {}, pick(choice), h("span", {}, choice.label, " ", h("code", {}, choice.value)));
  return h("div", { class: "stack" }, h("p", {}, "The provider offers:"), h("ul", { class: "findings" }, choices.map(line)));
}
