// Long lists: a page at a time, older entries on demand, newer ones when the reader asks for them.
import { page } from "./api.js";
import { button, empty, h } from "./dom.js";
import { count } from "./words.js";
import { watch } from "./watch.js";

export const PAGE = 50;

// What stands in the place of a list that has entries, but none of this choice.
export function noneFits(title, href, others) {
  return empty(title, "Nothing fits this choice. ", h("a", { href }, others), ".");
}

// The pages of one list of the API.
export function pages(path, query = {}, limit = PAGE) {
  let cursor = null;
  const source = {
    isDone: false,
    async next() {
      const found = await page(path, given({ ...query, limit, cursor }));
      cursor = found.nextCursor;
      source.isDone = cursor === null;
      return found.items;
    },
  };
  return source;
}

// Several lists as one, newest first; `at` tells the time of an entry.
export function merged(sources, at, limit = PAGE) {
  const waiting = sources.map(() => []);
  const whole = {
    isDone: sources.length === 0,
    async next() {
      const taken = [];
      while (taken.length < limit) {
        try {
          await Promise.all(sources.map((source, i) => filled(source, waiting[i])));
        } catch (error) {
          for (const [list, entry] of taken.reverse()) list.unshift(entry);
          throw error;
        }
        const full = waiting.filter((list) => list.length);
        if (!full.length) break;
        const newest = full.reduce((a, b) => (at(b[0]) > at(a[0]) ? b : a));
        taken.push([newest, newest.shift()]);
      }
      whole.isDone = sources.every((source, i) => source.isDone && !waiting[i].length);
      return taken.map(([, entry]) => entry);
    },
  };
  return whole;
}

async function filled(source, waiting) {
  while (!waiting.length && !source.isDone) waiting.push(...(await source.next()));
}

function given(query) {
  return Object.fromEntries(
    Object.entries(query).filter(
      ([, value]) => value !== null && value !== undefined && value !== "",
    ),
  );
}

// Fills `place` with a list: `source()` begins it anew, `key` names an entry, `row` draws it,
// `one` and `many` say what it is, `whenEmpty` draws what stands there when there is none.
export async function feed(place, list) {
  const news = h("div", { class: "news", role: "status" });
  const rows = h("ul", { class: "feed" });
  const foot = h("p", { class: "foot" });
  const shown = new Map();
  let source = list.source();
  place.replaceChildren(news, rows, foot);

  function drawn(entry) {
    const key = list.key(entry);
    const node = h("li", {}, list.row(entry));
    shown.set(key, { text: JSON.stringify(entry), node });
    return node;
  }

  async function older() {
    const entries = await source.next();
    rows.append(...entries.filter((entry) => !shown.has(list.key(entry))).map(drawn));
    end();
  }

  function end() {
    if (!shown.size) {
      foot.replaceChildren(list.whenEmpty());
      return;
    }
    const words = count(shown.size, list.one, list.many);
    foot.replaceChildren(
      h(
        "span",
        {},
        source.isDone ? `All ${words}, newest first.` : `The last ${words}, newest first.`,
      ),
    );
    if (!source.isDone) foot.append(button("Show older", older));
  }

  async function begin() {
    source = list.source();
    const entries = await source.next();
    shown.clear();
    rows.replaceChildren(...entries.map(drawn));
    news.replaceChildren();
    end();
  }

  function changed(entry) {
    const held = shown.get(list.key(entry));
    if (!held || held.text === JSON.stringify(entry)) return;
    const hadFocus = held.node.contains(document.activeElement);
    const node = drawn(entry);
    held.node.replaceWith(node);
    if (hadFocus) node.querySelector("a, button")?.focus({ preventScroll: true });
  }

  // Entries that are no longer in the list stay where they are, pale, until it is read anew.
  function fade(fresh, isWhole) {
    const keys = fresh.map(list.key);
    const order = [...shown.keys()];
    const last = Math.max(...keys.map((key) => order.indexOf(key)));
    order.forEach((key, i) => {
      const isGone = (isWhole || i < last) && !keys.includes(key);
      shown.get(key).node.classList.toggle("gone", isGone);
    });
  }

  async function look() {
    const again = list.source();
    const fresh = await again.next();
    fresh.forEach(changed);
    if (shown.size === 0 && fresh.length) return begin();
    fade(fresh, again.isDone);
    tell(fresh.filter((entry) => !shown.has(list.key(entry))).length, fresh.length);
  }

  function tell(fresh, all) {
    if (!fresh) return news.replaceChildren();
    const words = count(
      fresh,
      `new ${list.one}`,
      `new ${list.many}`,
      fresh === all && fresh === PAGE,
    );
    if (news.textContent.includes(words)) return;
    const show = async () => {
      await begin();
      rows.querySelector("a")?.focus({ preventScroll: true });
    };
    news.replaceChildren(button(`Show ${words}`, show, { kind: "fresh" }));
  }

  await older();
  return { soon: watch(place, look) };
}
