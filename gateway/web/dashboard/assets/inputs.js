// One input for each kind of value. Each is `{element, read, focus, inGroup}`: `read()` is undefined where nothing is given.

import { h } from "./dom.js";
import { kindOf, resolved, titleOf } from "./schema.js";

/** The input for a schema; `value` is what it holds at first, `isKept` a secret that is set already. */
export function inputFor(schema, options) {
  return KINDS[kindOf(schema)](schema, options);
}

const KINDS = { check, choice, either, group, json, lines, long, map, number, secret, several, text };

function text(schema, { id, value, type = "text" }) {
  const element = h("input", {
    id,
    type: schema.format === "uri" ? "url" : type,
    value: value ?? "",
    maxlength: schema.maxLength,
    placeholder: placeholder(schema),
    autocomplete: "off",
    spellcheck: "false",
  });
  return { element, read: () => element.value.trim() || undefined };
}

function placeholder(schema) {
  const held = schema.default;
  return typeof held === "string" || typeof held === "number" ? String(held) : null;
}

function long(schema, { id, value }) {
  const element = h("textarea", { id, value: value ?? "", rows: 4, maxlength: schema.maxLength });
  return { element, read: () => element.value || undefined };
}

function number(schema, { id, value }) {
  const element = h("input", {
    id,
    type: "number",
    inputmode: "decimal",
    value: value ?? "",
    step: schema.type === "integer" ? 1 : "any",
    placeholder: placeholder(schema),
  });
  return { element, read: () => (element.value === "" ? undefined : Number(element.value)) };
}

function check(schema, { id, value }) {
  const element = h("input", { id, type: "checkbox", checked: value ?? schema.default ?? false });
  return { element, read: () => element.checked, isCheck: true };
}

function choice(schema, { id, value, isRequired }) {
  const values = schema.enum ?? [schema.const];
  const first = value ?? schema.default ?? (isRequired ? values[0] : undefined);
  const options = values.map((one, i) => h("option", { value: String(i), selected: one === first }, schema["x-labels"]?.[i] ?? spoken(one)));
  const none = schema.isNullable ? h("option", { value: "", selected: first === null || first === undefined }, "–") : null;
  const element = h("select", { id }, none, options);
  return { element, read: () => (element.value === "" ? undefined : values[Number(element.value)]) };
}

/** A value of an enumeration in words. */
export function spoken(value) {
  return String(value).replaceAll("_", " ");
}

// A number or one of some words: whatever is a number is sent as one.
function either(schema, { id, value }) {
  const words = schema.anyOf.flatMap((shape) => shape.enum ?? []);
  const list = h("datalist", { id: `${id}-words` }, words.map((word) => h("option", { value: word })));
  const field = h("input", { id, list: list.id, value: value ?? "", placeholder: placeholder(schema), autocomplete: "off" });
  const read = () => {
    const given = field.value.trim();
    return given === "" ? undefined : Number.isNaN(Number(given)) ? given : Number(given);
  };
  return { element: h("div", {}, field, list), focus: field, read };
}

// What is set stays as long as nothing is typed.
function secret(schema, { id, isKept, isRequired }) {
  const field = h("input", {
    id,
    type: "password",
    autocomplete: "new-password",
    spellcheck: "false",
    placeholder: isKept ? "Set. Leave it empty to keep it." : null,
  });
  if (!isKept || isRequired) {
    return { element: field, read: () => field.value || undefined };
  }
  const forget = h("input", { id: `${id}-forget`, type: "checkbox" });
  forget.addEventListener("change", () => (field.disabled = forget.checked));
  const element = h("div", {}, field, h("div", { class: "check hint" }, forget, h("label", { for: forget.id }, "Remove it")));
  return { element, focus: field, read: () => (forget.checked ? null : field.value || undefined) };
}

function lines(schema, { id, value }) {
  const held = value ?? schema.default ?? [];
  const element = h("textarea", { id, rows: Math.min(8, Math.max(2, held.length + 1)), value: held.join("\n"), spellcheck: "false" });
  const isText = schema.items.type === "string";
  const read = () => {
    const given = element.value.split("\n").map((line) => line.trim()).filter(Boolean);
    return given.length ? given.map((line) => (isText || Number.isNaN(Number(line)) ? line : Number(line))) : undefined;
  };
  return { element, read, more: "One a line." };
}

function several(schema, { id, value }) {
  const held = new Set(value ?? schema.default ?? []);
  const boxes = schema.items.enum.map((one, i) => [one, h("input", { id: `${id}-${i}`, type: "checkbox", checked: held.has(one) })]);
  const element = h(
    "div",
    { class: "choices" },
    boxes.map(([one, box]) => h("div", { class: "check" }, box, h("label", { for: box.id }, spoken(one)))),
  );
  const read = () => {
    const given = boxes.filter(([, box]) => box.checked).map(([one]) => one);
    return given.length ? given : undefined;
  };
  return { element, read, focus: boxes[0]?.[1], inGroup: true };
}

// Names and texts. Texts that are secret are not shown again: what is added here joins what is set.
function map(schema, { id, value, isKept }) {
  const isSecret = schema.additionalProperties.writeOnly === true;
  const rows = h("div", {});
  const add = (name = "", held = "") => {
    const row = h(
      "div",
      { class: "pair" },
      h("input", { "aria-label": "Name", placeholder: "Name", value: name, autocomplete: "off", spellcheck: "false" }),
      h("input", { "aria-label": "Value", placeholder: "Value", value: held, type: isSecret ? "password" : "text", autocomplete: "new-password" }),
      h("button", { type: "button", onclick: () => row.remove() }, "Remove"),
    );
    rows.append(row);
    return row;
  };
  Object.entries(value ?? {}).forEach(([name, held]) => add(name, held));
  const more = h("button", { type: "button", id, onclick: () => add().querySelector("input").focus() }, "Add");
  const forget = h("input", { id: `${id}-forget`, type: "checkbox" });
  const kept = isKept && isSecret
    ? h("div", { class: "check hint" }, forget, h("label", { for: forget.id }, "Remove those that are set"))
    : null;
  const read = () => {
    const pairs = [...rows.children].map((row) => [...row.querySelectorAll("input")].map((field) => field.value.trim()));
    const given = pairs.filter(([name]) => name !== "");
    return given.length ? Object.fromEntries(given) : forget.checked ? null : undefined;
  };
  return { element: h("div", {}, rows, more, kept), read, focus: more, inGroup: true };
}

// Settings within a setting. Without anything in it, it is not given.
function group(schema, { id, value, root, field }) {
  const parts = Object.entries(schema.properties).map(([name, shape]) => {
    const inner = resolved(shape, root);
    const isRequired = (schema.required ?? []).includes(name);
    return [name, field(name, inner, { id: `${id}-${name}`, value: value?.[name], isRequired, root })];
  });
  const read = () => {
    const given = parts.map(([name, part]) => [name, part.read()]).filter(([, one]) => one !== undefined);
    return given.length ? Object.fromEntries(given) : undefined;
  };
  const element = h("div", { class: "fields nested" }, parts.map(([, part]) => part.element));
  return { element, read, inGroup: true, parts: new Map(parts) };
}

function json(schema, { id, value }) {
  const element = h("textarea", { id, rows: 4, spellcheck: "false", value: value === undefined ? "" : JSON.stringify(value, null, 2) });
  const read = () => {
    const given = element.value.trim();
    try {
      return given === "" ? undefined : JSON.parse(given);
    } catch {
      return given; // the API says what is wrong with it
    }
  };
  return { element, read, more: `As JSON${schema.type ? `: ${titleOf(schema.type, {}).toLowerCase()}` : ""}.` };
}
