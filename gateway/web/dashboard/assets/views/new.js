// A new channel: pick a kind, fill in what it needs, create it.

import { call } from "../api.js";
import { badge, busy, empty, h, note } from "../dom.js";
import { refuse } from "../form.js";
import { partChoice, partForm } from "../partform.js";
import { installed } from "../parts.js";
import { stepper } from "../stepper.js";

const BUILTIN = "builtin";

export async function show(root, { query }) {
  const found = await installed();
  const kind = found.kinds.find(({ name }) => name === query.get("kind"));
  if (kind) {
    root.append(crumb(), heading(`New channel: ${kind.title}`), stepper(1), settings(kind, found.responders));
  } else {
    root.append(crumb(), heading("New channel"), stepper(0), kinds(found.kinds), refusals(found.refused));
  }
}

function crumb() {
  return h("p", { class: "crumb" }, h("a", { href: "#/channels" }, "Channels"));
}

function heading(text) {
  return h("h1", {}, text);
}

const ABOUT = {
  custom_webhook: "A website, form or program posts messages; answers and events go to a URL of yours.",
  sms: "People text a telephone number, and get their answers by text.",
  email: "People write to an email address, and get their answers in the same thread.",
};

function kinds(all) {
  if (!all.length) {
    return empty("No plugin for channels is enabled", h("p", {}, "Name some in ", h("code", {}, "[plugins] enabled"), " of gateway.toml, then restart the gateway."));
  }
  return h(
    "div",
    {},
    h("p", { class: "quiet" }, "How do people or programs reach the assistant?"),
    h(
      "ul",
      { class: "tiles" },
      all.map((kind) =>
        h("li", {}, h("a", { class: "tile", href: `#/channels/new?kind=${encodeURIComponent(kind.name)}` }, h("strong", {}, kind.title), h("span", {}, ABOUT[kind.channelType] ?? `Messages of the type ${kind.channelType}.`))),
      ),
    ),
  );
}

function refusals(refused) {
  return refused.map((plugin) => note("warn", h("p", {}, badge(plugin.name, "warn"), " cannot be used: ", plugin.problem)));
}

function settings(kind, responders) {
  const name = h("input", { id: "name", maxlength: 100, autocomplete: "off", value: kind.title });
  const nameFault = h("p", { class: "fault", id: "name-fault", hidden: true });
  name.setAttribute("aria-describedby", "name-fault");
  const parts = partForm(kind.hasChoice ? [kind.transport, kind.parser] : [kind.parser, kind.verifiers[0], kind.transport]);
  const auth = kind.hasChoice ? authentication(kind) : null;
  const answers = answering(responders);
  const summary = h("div", { tabindex: "-1" });
  const create = h("button", { class: "primary" }, "Create the channel");
  const form = h(
    "form",
    { class: "fields wide", novalidate: true },
    summary,
    h("section", { class: "card" }, h("h2", {}, "The channel"), h("div", { class: "field" }, h("label", { for: "name" }, "Name"), name, h("p", { class: "hint" }, "What you call it. Nobody else sees it."), nameFault), parts.element),
    auth ? h("section", { class: "card" }, h("h2", {}, "Who may write to it"), auth.element) : null,
    h("section", { class: "card" }, h("h2", {}, "Who answers"), answers.element),
    h("div", { class: "actions" }, create, h("a", { class: "button", href: "#/channels/new" }, "Back")),
  );
  const sayName = (message) => {
    nameFault.textContent = message;
    nameFault.hidden = message === "";
    name.setAttribute("aria-invalid", String(message !== ""));
  };
  const placers = [
    ([place, ...rest], message) => ["providerConfig", "outboundConfig"].includes(place) && [parts, auth, answers].some((one) => one?.place(rest, message)),
    ([place], message) => place === "channelName" && (sayName(message), true),
  ];
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    [parts, auth, answers].forEach((one) => one?.clear());
    sayName("");
    summary.replaceChildren();
    busy(create, async () => {
      const body = {
        channelType: kind.channelType,
        provider: kind.name,
        channelName: name.value.trim(),
        providerConfig: { ...parts.given(), ...auth?.given(), ...answers.given(), ...(auth ? { authType: auth.chosen() } : {}) },
        aiConfig: { responder: answers.chosen() },
      };
      try {
        const made = await call("POST", "/webhooks", { body });
        location.hash = `#/channels/${made.id}/start`;
      } catch (error) {
        if (error.status === 401) {
          throw error;
        }
        refuse(summary, error, placers, form);
      }
    });
  });
  return form;
}

function authentication(kind) {
  const options = kind.verifiers.map((part) => ({ name: part.name, title: part.title, part }));
  const chosen = options.some(({ name }) => name === "hmac") ? "hmac" : options[0]?.name;
  const hint = "How a message shows that it comes from whom you allow. A signature is the safest.";
  return partChoice({ id: "auth", label: "Authentication", hint, options, chosen });
}

function answering(responders) {
  const options = [
    { name: BUILTIN, title: "The built-in assistant", part: null },
    ...responders.map((part) => ({ name: part.name, title: part.title, part })),
  ];
  const hint = "The built-in assistant needs no service and no key: it makes tasks of what people ask for, and says so.";
  return partChoice({ id: "responder", label: "Assistant", hint, options, chosen: BUILTIN });
}
