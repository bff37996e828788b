// Elements. What comes from outside becomes text, never markup, and links lead to known schemes only.

const SAFE = new Set(["http:", "https:", "mailto:", "blob:"]);

/** An element: `h("a", {href: "#/", class: "x", onclick: fn}, "text", node, [more])`; null and false are left out. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    set(element, name, value);
  }
  element.append(...flat(children));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) {
    return;
  }
  if (name.startsWith("on")) {
    element.addEventListener(name.slice(2).toLowerCase(), value);
  } else if (name === "value" || name === "checked" || name === "selected") {
    element[name] = value;
  } else if (name === "href" && !isSafe(value)) {
    element.title = "This link is not followed: it is neither a page nor an address.";
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

function isSafe(href) {
  try {
    return SAFE.has(new URL(href, location.href).protocol);
  } catch {
    return false;
  }
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

const LONG = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const SHORT = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const DATED = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS = [["second", 60], ["minute", 60], ["hour", 24]];
const HALF_A_YEAR = 182 * 86_400_000;

/** A moment, near ones in words; the whole of it is its title. `fallback` stands for none. */
export function time(iso, fallback = "–") {
  if (!iso) {
    return h("span", { class: "quiet" }, fallback);
  }
  const at = new Date(iso);
  return h("time", { datetime: iso, title: LONG.format(at) }, near(at));
}

/** Says all moments in a part of the page anew: "just now" does not stay true. */
export function tick(root = document) {
  for (const shown of root.querySelectorAll("time[datetime]")) {
    const text = near(new Date(shown.dateTime));
    if (shown.textContent !== text) {
      shown.textContent = text;
    }
  }
}

function near(at) {
  let distance = (at - Date.now()) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(distance) < size) {
      return unit === "second" ? (distance > 0 ? "in a moment" : "just now") : AGO.format(Math.round(distance), unit);
    }
    distance /= size;
  }
  return (Math.abs(at - Date.now()) > HALF_A_YEAR ? DATED : SHORT).format(at);
}

/** A state in a word; `tone` is `good`, `warn`, `bad`, `info` or `quiet`. */
export function badge(text, tone = "quiet") {
  return h("span", { class: `badge ${tone}` }, text);
}

/**
 * Rows below headings. A heading is a text or `{label, class}`; on a narrow screen each cell shows its own.
 * The roles are said because a table that is laid out in another way is none to a screen reader.
 */
export function table(headings, rows, caption) {
  const columns = headings.map((heading) => (typeof heading === "string" ? { label: heading } : heading));
  const body = rows.map((cells) =>
    h("tr", { role: "row" }, cells.map((cell, i) => h("td", { role: "cell", "data-label": columns[i].label, class: columns[i].class }, cell))),
  );
  return h(
    "div",
    { class: "scroll" },
    h(
      "table",
      { role: "table" },
      caption ? h("caption", { class: "unseen" }, caption) : null,
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, columns.map((column) => h("th", { role: "columnheader", scope: "col", class: column.class }, column.label)))),
      h("tbody", { role: "rowgroup" }, body),
    ),
  );
}

/** What stands in the place of an empty list: what will be here, and what to do first. */
export function empty(title, ...more) {
  return h("div", { class: "empty" }, h("p", { class: "empty-title" }, title), h("div", {}, more));
}

/** A box in the page: `tone` as for `badge`. A bad one is read out at once. */
export function note(tone, ...children) {
  return h("div", { class: `note ${tone}`, role: tone === "bad" ? "alert" : null }, children);
}

/** Says something in the corner of the page, and reads it out; it goes away by itself unless it is bad. */
export function notice(text, tone = "good") {
  const close = h("button", { type: "button", class: "plain", "aria-label": "Dismiss", onclick: () => box.remove() }, "×");
  const box = h("div", { class: `toast ${tone}` }, h("span", {}, text), close);
  document.getElementById("notices").append(box);
  if (tone !== "bad") {
    setTimeout(() => box.remove(), 6000);
  }
}

/** Asks before something is done: true for yes. `typed`, if given, must be typed in first. */
export function confirm(title, text, { action = "Continue", danger = false, typed = null } = {}) {
  return new Promise((resolve) => {
    const yes = h("button", { class: danger ? "danger" : "primary", value: "yes" }, action);
    const field = typed === null ? null : h("input", { id: "typed", autocomplete: "off", spellcheck: "false" });
    if (field) {
      yes.disabled = true;
      field.addEventListener("input", () => (yes.disabled = field.value.trim() !== typed.trim()));
    }
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "asked" }, title),
      h("p", {}, text),
      field ? h("label", { for: "typed" }, "Type ", h("strong", {}, typed), " to confirm") : null,
      field,
      h("div", { class: "actions" }, yes, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel")),
    );
    const dialog = h("dialog", { "aria-labelledby": "asked" }, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      dialog.close("yes");
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A value to copy, with its button; `secret` hides it until it is asked for. */
export function copyable(text, { label = "Copy", secret = false } = {}) {
  const shown = h("code", { class: "value" }, secret ? "•".repeat(16) : text);
  const copy = h("button", { type: "button", class: "small", onclick: () => toClipboard(text, copy) }, label);
  const reveal = secret
    ? h("button", { type: "button", class: "small", onclick: () => { shown.textContent = text; reveal.remove(); } }, "Show")
    : null;
  return h("span", { class: "copyable" }, shown, reveal, copy);
}

async function toClipboard(text, button) {
  const before = button.textContent;
  button.textContent = (await isCopied(text)) ? "Copied" : "Select it and press Ctrl+C";
  setTimeout(() => (button.textContent = before), 2000);
}

// The clipboard is open to pages on https and localhost only; elsewhere the old way still works.
async function isCopied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = h("textarea", { class: "unseen", value: text, "aria-hidden": "true" });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** A value as readable JSON. */
export function json(value) {
  return h("pre", { tabindex: "0" }, JSON.stringify(value, null, 2));
}

/** Pairs of a name and a value, as a list. */
export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(Boolean).map(([name, ...value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** A button that cannot be pressed again until `work` is done. */
export function button(text, work, { kind = "", disabled = false } = {}) {
  const element = h("button", { type: "button", class: kind, disabled }, text);
  element.addEventListener("click", () => busy(element, work));
  return element;
}

/** Does `work` with an element switched off; what goes wrong is said in a notice. */
export async function busy(element, work) {
  element.disabled = true;
  element.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    if (error.status !== 401) {
      notice(error.message, "bad");
    }
  } finally {
    element.disabled = false;
    element.removeAttribute("aria-busy");
  }
}
