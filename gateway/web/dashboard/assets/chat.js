// What both sides said, oldest at the top; earlier words on demand, new ones at the end.
import { page } from "./api.js";
import { button, empty, h, time } from "./dom.js";
import { name, said, state } from "./words.js";

const QUIET = ["processed", "delivered"];
const AUTHORS = { assistant: "the assistant", person: "one of you" };
const NEAR = 60;

// Fills `place`, which scrolls by itself, and returns a function that looks for what is new.
export async function chat(place, id) {
  const path = `/conversations/${id}/messages`;
  const shown = new Map();
  const rows = h("ol", { class: "chat" });
  const above = h("div", { class: "above" });
  const below = h("div", { class: "below" });
  place.replaceChildren(above, rows, below);
  let cursor = null;

  function bubble(entry) {
    const side = entry.direction === "inbound" ? "theirs" : "ours";
    const node = h("li", { class: `${side} ${entry.author}` }, words(entry));
    shown.set(key(entry), { text: JSON.stringify(entry), node });
    return node;
  }

  async function earlier() {
    const found = await page(path, cursor === null ? {} : { cursor });
    const left = place.scrollHeight - place.scrollTop;
    rows.prepend(
      ...found.items
        .filter((entry) => !shown.has(key(entry)))
        .map(bubble)
        .reverse(),
    );
    cursor = found.nextCursor;
    above.replaceChildren(...(cursor === null ? [] : [more()]));
    if (!shown.size)
      below.replaceChildren(empty("Nothing was said yet", "What both sides write is shown here."));
    place.scrollTop = place.scrollHeight - left;
  }

  function more() {
    return button("Show earlier", earlier);
  }

  function atEnd() {
    return place.scrollHeight - place.scrollTop - place.clientHeight < NEAR;
  }

  function toEnd() {
    place.scrollTop = place.scrollHeight;
    if (shown.size) below.replaceChildren();
  }

  function hint() {
    below.replaceChildren(button("↓ New words below", toEnd, { kind: "fresh" }));
  }

  place.addEventListener("scroll", () => {
    if (shown.size && atEnd()) below.replaceChildren();
  });
  await earlier();
  toEnd();

  return async function look() {
    const found = await page(path, {});
    const wasAtEnd = atEnd();
    const fresh = found.items.filter((entry) => !shown.has(key(entry)));
    for (const entry of found.items) {
      const held = shown.get(key(entry));
      if (held && held.text !== JSON.stringify(entry)) held.node.replaceWith(bubble(entry));
    }
    rows.append(...fresh.map(bubble).reverse());
    if (wasAtEnd) toEnd();
    else if (fresh.length) hint();
  };
}

function key({ direction, id }) {
  return `${direction} ${id}`;
}

function words(entry) {
  const isTheirs = entry.direction === "inbound";
  const files = entry.attachments ?? [];
  return [
    h("span", { class: "unseen" }, isTheirs ? "They wrote: " : "Answer: "),
    entry.content ? said(entry.content) : files.length ? null : said("(no text)"),
    files.length
      ? h(
          "p",
          { class: "meta" },
          files.map((file) => h("span", {}, "file: ", name(file.name || file.type))),
        )
      : null,
    h(
      "p",
      { class: "meta" },
      isTheirs ? null : h("span", {}, AUTHORS[entry.author] ?? entry.author),
      h(
        "a",
        { href: isTheirs ? `#/messages/${entry.id}` : `#/deliveries/${entry.id}` },
        time(entry.at),
      ),
      QUIET.includes(entry.status) ? null : state(isTheirs ? "message" : "delivery", entry.status),
    ),
  ];
}
