// A form out of a JSON schema: it asks, tells what was given or changed, and puts what is wrong where it belongs.

import { h, note } from "./dom.js";
import { inputFor } from "./inputs.js";
import { equal, kindOf, patch, resolved, titleOf } from "./schema.js";

let forms = 0;

/**
 * Fields for the properties of `schema` that `names` lists (all if left out).
 * `required` names more that must be given. `values` is what they hold, `kept` names the secrets that are set; `isMerged`: changes are merged, null takes away.
 * `given()` is what to create something with, `changes()` what to change of it, as a merge patch.
 * `place(pointer, message)` shows what is wrong at its field: true if there is one.
 */
export function schemaForm(schema, { names = null, values = {}, kept = [], skip = [], required = [], isMerged = true } = {}) {
  const prefix = `form${++forms}`;
  const shapes = Object.entries(schema.properties ?? {})
    .filter(([name]) => (names === null || names.includes(name)) && !skip.includes(name))
    .map(([name, shape]) => [name, resolved(shape, schema)]);
  const fields = new Map();
  for (const [name, shape] of shapes) {
    const isRequired = [...(schema.required ?? []), ...required].includes(name);
    const options = { id: `${prefix}-${name}`, value: values[name], isKept: kept.includes(name), isRequired, root: schema };
    fields.set(name, { shape, ...fieldFor(name, shape, options) });
  }
  return {
    element: h("div", { class: "fields" }, [...fields.values()].map((field) => field.element)),
    fields,
    given: () => given(fields),
    changes: () => changes(fields, values, isMerged),
    place: (steps, message) => place(fields, steps, message),
    clear: () => fields.forEach((field) => field.clear()),
  };
}

function given(fields) {
  const read = [...fields].map(([name, field]) => [name, field.read(), field.shape.default]);
  return Object.fromEntries(read.filter(([, value, held]) => value !== undefined && value !== null && !equal(value, held)).map(([name, value]) => [name, value]));
}

function changes(fields, values, isMerged) {
  const changed = {};
  for (const [name, { read, shape }] of fields) {
    const now = read();
    const before = values[name];
    const isUnsaid = now === undefined && (before === undefined || before === null || isSilent(shape));
    if (isUnsaid || equal(now, before ?? shape.default)) {
      continue;
    }
    changed[name] = isMerged ? merge(before, now) : (now ?? nothing(shape));
  }
  return changed;
}

function merge(before, now) {
  return now === undefined ? null : patch(before ?? {}, now);
}

function nothing(shape) {
  return shape.isNullable ? null : (shape.default ?? { array: [], object: {}, string: "" }[shape.type] ?? null);
}

// A secret that is not typed is kept, and none was ever shown.
function isSilent(shape) {
  return kindOf(shape) === "secret" || shape.additionalProperties?.writeOnly === true;
}

/** A labelled input with its description and room for what is wrong. */
export function fieldFor(name, shape, options) {
  const { id, isRequired } = options;
  const input = inputFor(shape, { ...options, field: fieldFor });
  const focus = input.focus ?? input.element;
  const title = titleOf(name, shape);
  const hint = shape.description || input.more ? h("p", { class: "hint", id: `${id}-hint` }, prose([shape.description, input.more])) : null;
  const fault = h("p", { class: "fault", id: `${id}-fault`, hidden: true });
  const isLeftOut = !isRequired && !input.isCheck && !(kindOf(shape) === "choice" && !shape.isNullable);
  const label = [title, isLeftOut ? h("span", { class: "optional" }, " optional") : null];
  const element = input.inGroup
    ? h("fieldset", { class: `field ${input.parts ? "nested" : ""}`, "aria-describedby": hint?.id }, h("legend", {}, label), input.element, hint, fault)
    : h("div", { class: "field" }, input.isCheck
        ? h("div", { class: "check" }, input.element, h("label", { for: id }, title))
        : [h("label", { for: id }, label), input.element], hint, fault);
  if (isRequired && !input.inGroup) {
    focus.required = true;
  }
  describe(focus, hint, fault);
  const say = (message) => {
    fault.textContent = message;
    fault.hidden = message === "";
    focus.toggleAttribute("aria-invalid", message !== "");
    if (message !== "") {
      focus.setAttribute("aria-invalid", "true");
    }
  };
  const clear = () => {
    say("");
    input.parts?.forEach((part) => part.clear());
  };
  return { element, read: input.read, parts: input.parts, say, clear, focus };
}

function describe(focus, hint, fault) {
  focus?.setAttribute("aria-describedby", [hint?.id, fault.id].filter(Boolean).join(" "));
}

// Schemas speak of JSON, forms of what can be seen.
const SEEN = [[/\bnull\b/g, "empty"], [/\bFalse:/g, "Off:"], [/\bTrue:/g, "On:"], [/\[([^\]]+)\]\([^)]*\)/g, "$1"]];

/** A description: what stands between backquotes is code, links are their words. */
export function prose(texts) {
  const whole = SEEN.reduce((text, [found, shown]) => text.replaceAll(found, shown), texts.filter(Boolean).join(" "));
  return whole.split("`").map((piece, i) => (i % 2 ? h("code", {}, piece) : piece));
}

function place(fields, [name, ...rest], message) {
  const field = fields.get(name);
  if (!field) {
    return false;
  }
  if (!(field.parts && rest.length && place(field.parts, rest, message))) {
    const line = /^\d+$/.test(rest[0] ?? "") ? `Line ${Number(rest[0]) + 1}: ` : "";
    field.say(line + message);
  }
  return true;
}

/** The steps of a JSON pointer. */
export function steps(pointer) {
  return pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * Shows why a call was refused: at the fields, and above the form what has none.
 * `placers` are asked in turn with the steps of each pointer. The first field at fault gets the focus.
 */
export function refuse(summary, error, placers, form) {
  const left = error.fields.filter(({ pointer, message }) => !placers.some((place) => place(steps(pointer), said(message))));
  const lone = left.map(({ pointer, message }) => h("li", {}, pointer ? h("code", {}, pointer) : null, " ", message));
  const isAllPlaced = error.fields.length > 0 && left.length === 0;
  summary.replaceChildren(
    note("bad", h("p", {}, isAllPlaced ? "Not saved: see the fields marked below." : error.message), lone.length ? h("ul", {}, lone) : null),
  );
  const first = form.querySelector('[aria-invalid="true"]');
  openAround(first ?? summary);
  (first ?? summary).focus();
  (first ?? summary).scrollIntoView({ block: "center" });
}

// What is wrong must be seen.
function openAround(element) {
  for (let place = element; place; place = place.parentElement) {
    if (place.tagName === "DETAILS") {
      place.open = true;
    }
  }
}

function said(message) {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
