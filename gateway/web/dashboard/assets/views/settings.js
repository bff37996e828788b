// The settings of a channel, drawn from the schemas of its parts and of the API.

import { call, described } from "../api.js";
import { busy, h, note, notice } from "../dom.js";
import { refuse, schemaForm } from "../form.js";
import { partChoice, partForm } from "../partform.js";
import { installed } from "../parts.js";
import { resolved } from "../schema.js";

const BUILTIN = "builtin";
const TRAFFIC = ["outboundEnabled", "rateLimitPerMinute", "rateLimitPerHour", "retrySeconds", "isOrdered", "inFlight", "perSecond", "fallbackWebhookId"];
const LABELS = ["tags", "metadata"];

export async function show(root, { id }) {
  const [channel, found, { items: others }, api] = await Promise.all([
    call("GET", `/webhooks/${id}`),
    installed(),
    call("GET", "/webhooks"),
    shapes(),
  ]);
  const kind = found.kinds.find(({ name }) => name === channel.parser);
  const again = () => {
    root.replaceChildren();
    return show(root, { id });
  };
  root.append(
    h("div", {}, h("p", { class: "crumb" }, h("a", { href: "#/channels" }, "Channels"), " / ", h("a", { href: `#/channels/${channel.id}` }, channel.channelName)), h("h1", {}, "Settings")),
    kind ? form(channel, pieces(channel, kind, found, api, others), again) : note("bad", `The plugin of this channel (${channel.parser}) is not there, so its settings cannot be checked.`),
  );
}

async function shapes() {
  const whole = await described();
  const body = whole.paths["/webhooks/{id}"].patch.requestBody.content["application/json"].schema;
  const create = whole.paths["/webhooks"].post.requestBody.content["application/json"].schema;
  const { components } = whole;
  return { body: { ...body, components }, ai: { ...resolved(create.properties.aiConfig, whole), components } };
}

function pieces(channel, kind, found, api, others) {
  const kept = channel.providerConfig.secretsSet ?? [];
  const values = channel.providerConfig;
  const responders = [{ name: BUILTIN, title: "The built-in assistant", part: null }, ...found.responders.map((part) => ({ name: part.name, title: part.title, part }))];
  const parts = kind.hasChoice ? [kind.transport, kind.parser] : [kind.parser, kind.verifiers[0], kind.transport];
  const options = kind.verifiers.map((part) => ({ name: part.name, title: part.title, part }));
  return {
    name: schemaForm(api.body, { names: ["channelName"], required: ["channelName"], values: channel, isMerged: false }),
    parts: partForm(parts, { values, kept }),
    auth: kind.hasChoice ? partChoice({ id: "auth", label: "Authentication", options, chosen: channel.verifier, values, kept }) : null,
    responder: partChoice({ id: "responder", label: "Assistant", options: responders, chosen: channel.responder, values, kept }),
    ai: schemaForm(withReaders(api.ai, found.readers), { values: channel.aiConfig, skip: ["responder", ...(found.readers.length ? [] : ["readers"])] }),
    traffic: schemaForm(withChannels(api.body, channel, others), { names: TRAFFIC, values: channel, isMerged: false }),
    labels: schemaForm(api.body, { names: LABELS, values: channel, isMerged: false }),
  };
}

function withReaders(schema, readers) {
  const items = { type: "string", enum: readers.map(({ name }) => name) };
  return { ...schema, properties: { ...schema.properties, readers: { ...schema.properties.readers, items } } };
}

// Another channel is picked by its name.
function withChannels(schema, channel, all) {
  const others = all.filter(({ id }) => id !== channel.id);
  const fallback = {
    anyOf: [{ enum: others.map(({ id }) => id), "x-labels": others.map(({ channelName }) => channelName) }, { type: "null" }],
    description: schema.properties.fallbackWebhookId.description,
    title: "Channel that stands in",
  };
  return { ...schema, properties: { ...schema.properties, fallbackWebhookId: fallback } };
}

function form(channel, on, again) {
  const summary = h("div", { tabindex: "-1" });
  const save = h("button", { class: "primary" }, "Save");
  const element = h(
    "form",
    { class: "fields wide", novalidate: true },
    summary,
    h("section", { class: "card" }, h("h2", {}, "The channel"), on.name.element, on.parts.element),
    on.auth ? h("section", { class: "card" }, h("h2", {}, "Who may write to it"), on.auth.element) : null,
    h("section", { class: "card" }, h("h2", {}, "Who answers, and how"), on.responder.element, h("details", { class: "fold" }, h("summary", {}, "How it answers"), on.ai.element)),
    h("section", { class: "card" }, h("h2", {}, "Traffic"), h("details", { class: "fold" }, h("summary", {}, "Limits, retries and order"), on.traffic.element)),
    h("section", { class: "card" }, h("h2", {}, "For your own use"), h("details", { class: "fold" }, h("summary", {}, "Tags and metadata"), on.labels.element)),
    h("div", { class: "actions sticky" }, save, h("a", { class: "button", href: `#/channels/${channel.id}` }, "Back to the channel")),
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    Object.values(on).forEach((one) => one?.clear());
    summary.replaceChildren();
    busy(save, () => store(channel, on, { summary, element, again }));
  });
  return element;
}

async function store(channel, on, { summary, element, again }) {
  const body = changes(channel, on);
  if (Object.keys(body).length === 0) {
    notice("Nothing was changed.", "quiet");
    return;
  }
  try {
    await call("PATCH", `/webhooks/${channel.id}`, { body, ifMatch: channel.version });
    notice("Saved.");
    await again();
  } catch (error) {
    if (error.status === 401) {
      throw error;
    }
    if (error.status === 412) {
      const load = h("button", { type: "button", onclick: again }, "Load it anew");
      summary.replaceChildren(note("warn", h("p", {}, "Somebody else changed this channel meanwhile, so nothing was saved."), h("div", { class: "actions" }, load)));
      summary.focus();
      return;
    }
    refuse(summary, error, placers(on), element);
  }
}

function changes(channel, on) {
  const config = { ...on.parts.changes(), ...on.auth?.changes(), ...on.responder.changes() };
  if (on.auth && on.auth.chosen() !== channel.verifier) {
    config.authType = on.auth.chosen();
  }
  const ai = on.ai.changes();
  if (on.responder.chosen() !== channel.responder) {
    ai.responder = on.responder.chosen();
  }
  const body = { ...on.name.changes(), ...on.traffic.changes(), ...on.labels.changes() };
  return { ...body, ...filled("providerConfig", config), ...filled("aiConfig", ai) };
}

function filled(name, value) {
  return Object.keys(value).length ? { [name]: value } : {};
}

function placers(on) {
  const settings = [on.parts, on.auth, on.responder].filter(Boolean);
  return [
    ([place, ...rest], message) => ["providerConfig", "outboundConfig"].includes(place) && settings.some((one) => one.place(rest, message)),
    ([place, ...rest], message) => place === "aiConfig" && on.ai.place(rest, message),
    (steps, message) => [on.name, on.traffic, on.labels].some((one) => one.place(steps, message)),
  ];
}
