// The settings of a channel's parts as one form: what is needed at once, the rest folded away.

import { h } from "./dom.js";
import { schemaForm } from "./form.js";
import { arranged, merged } from "./parts.js";

/**
 * A form for the settings of `parts`. `values` and `kept` are those of a channel that exists.
 * It has `element`, `given()`, `changes()`, `place(steps, message)` and `clear()`, as each of its pieces.
 */
export function partForm(parts, { values = {}, kept = [], more = "More settings", skip = [] } = {}) {
  const schema = merged(parts);
  const { first, groups } = arranged({ ...schema, properties: without(schema.properties, skip) });
  const leading = schemaForm(schema, { names: first, values, kept });
  const rest = groups.map(([title, names]) => ({ title, names, form: schemaForm(schema, { names, values, kept }) }));
  const folds = rest.map((group) => fold(group, rest.length > 1 ? group.title || "Other settings" : more));
  followChoices(leading, rest, folds);
  const forms = [leading, ...rest.map(({ form }) => form)];
  return {
    element: h("div", { class: "fields" }, first.length ? leading.element : null, folds.length ? h("div", { class: "folds" }, folds) : null),
    given: () => Object.assign({}, ...forms.map((form) => form.given())),
    changes: () => Object.assign({}, ...forms.map((form) => form.changes())),
    place: (steps, message) => forms.some((form) => form.place(steps, message)),
    clear: () => forms.forEach((form) => form.clear()),
    isEmpty: forms.every((form) => form.fields.size === 0),
  };
}

// Whoever picks "sendgrid" is shown the settings called "SendGrid".
function followChoices(leading, rest, folds) {
  const fitting = (value) => rest.findIndex(({ title }) => title !== "" && title.toLowerCase() === String(value).toLowerCase());
  const open = () => {
    for (const { read } of leading.fields.values()) {
      const fold = folds[fitting(read())];
      if (fold) {
        fold.open = true;
      }
    }
  };
  leading.element.addEventListener("change", open);
}

function without(properties, names) {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

function fold({ form }, title) {
  return h("details", { class: "fold" }, h("summary", {}, title), form.element);
}

/** A choice between parts, each with its own settings: `chosen()` names the one that is picked. */
export function partChoice({ id, label, hint, options, chosen, values = {}, kept = [], skip = [] }) {
  const select = h("select", { id }, options.map(({ name, title }) => h("option", { value: name, selected: name === chosen }, title)));
  const place = h("div", { class: "chosen" });
  let form = null;
  const draw = () => {
    const option = options.find(({ name }) => name === select.value);
    const held = select.value === chosen ? { values, kept } : {};
    form = partForm(option?.part ? [option.part] : [], { ...held, skip });
    place.replaceChildren(form.element);
    place.hidden = form.isEmpty;
  };
  const fault = h("p", { class: "fault", hidden: true });
  select.addEventListener("change", draw);
  draw();
  return {
    element: h("div", { class: "fields" }, h("div", { class: "field" }, h("label", { for: id }, label), select, hint ? h("p", { class: "hint" }, hint) : null, fault), place),
    chosen: () => select.value,
    say: (message) => {
      fault.textContent = message;
      fault.hidden = message === "";
    },
    given: () => form.given(),
    // Another part starts anew: what belonged to the one before goes with it.
    changes: () => (select.value === chosen ? form.changes() : form.given()),
    place: (steps, message) => form.place(steps, message),
    clear: () => form.clear(),
  };
}
