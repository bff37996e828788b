// What is installed: kinds of channels, and the settings that one of them asks for.

import { call } from "./api.js";

/** The kinds of channels that can be made, the plugins that are refused, and who may answer. */
export async function installed() {
  const { items } = await call("GET", "/plugins");
  const kinds = items.flatMap((plugin) => of(plugin, "parser").map((parser) => kind(plugin, parser)));
  return {
    kinds,
    refused: items.filter((plugin) => plugin.problem),
    responders: items.flatMap((plugin) => of(plugin, "responder")),
    readers: items.flatMap((plugin) => of(plugin, "media_reader")),
  };
}

function of(plugin, role) {
  return plugin.parts.filter((part) => part.role === role);
}

// A parser with a verifier of its own name is always used with that one; others leave a choice.
function kind(plugin, parser) {
  const verifiers = of(plugin, "verifier");
  const own = verifiers.filter((verifier) => verifier.name === parser.name);
  return {
    name: parser.name,
    title: parser.title,
    channelType: parser.channelType,
    hasSetup: plugin.parts.some((part) => part.name === parser.name && part.hasSetup),
    parser,
    transport: of(plugin, "transport").find((part) => part.name === parser.name) ?? null,
    verifiers: own.length ? own : verifiers,
    hasChoice: own.length === 0,
  };
}

/** One schema out of those of several parts; what two of them know is asked for once. */
export function merged(parts) {
  const schemas = parts.filter(Boolean).map((part) => part.settings);
  return {
    type: "object",
    $defs: Object.assign({}, ...schemas.map((schema) => schema.$defs ?? {})),
    properties: Object.assign({}, ...schemas.map((schema) => schema.properties ?? {})),
    required: [...new Set(schemas.flatMap((schema) => schema.required ?? []))],
  };
}

/** The names of the settings to ask for at once, and the others in groups: `[[title, names]]`. */
export function arranged(schema) {
  const first = new Set(schema.required);
  const others = [];
  for (const [name, shape] of Object.entries(schema.properties)) {
    if (shape["x-ask-first"]) {
      first.add(name);
    } else if (!first.has(name)) {
      others.push([name, shape.title ?? name]);
    }
  }
  const names = Object.keys(schema.properties).filter((name) => first.has(name));
  return { first: names, groups: grouped(others) };
}

// Settings whose titles begin alike, such as "SMTP server" and "SMTP user", belong together.
function grouped(others) {
  const heads = new Map();
  for (const [name, title] of others) {
    const [head, ...rest] = title.split(" ");
    const key = rest.length && /^\p{Lu}/u.test(head) ? head : "";
    heads.set(key, [...(heads.get(key) ?? []), name]);
  }
  const lone = [...heads].filter(([head, names]) => head === "" || names.length === 1).flatMap(([, names]) => names);
  const order = others.map(([name]) => name);
  const titles = new Map(others);
  const groups = [...heads]
    .filter(([head, names]) => head !== "" && names.length > 1)
    .map(([, names]) => [shared(names.map((name) => titles.get(name))), names]);
  lone.sort((one, other) => order.indexOf(one) - order.indexOf(other));
  return [...groups, ...(lone.length ? [["", lone]] : [])];
}

// The words that all titles begin with, such as "API key".
function shared(titles) {
  const words = titles.map((title) => title.split(" "));
  const isShared = (word, i) => !["of", "the", "for"].includes(word) && words.every((others) => others[i] === word);
  const end = words[0].findIndex((word, i) => !isShared(word, i));
  return (end === -1 ? words[0] : words[0].slice(0, end)).join(" ");
}
