// Looks again every few seconds, as long as somebody sees the page and has not left the view.
import { ApiError } from "./api.js";
import { h, note } from "./dom.js";

export const EVERY_MS = 15000;
const SOON_MS = [700, 2000, 4000, 8000];

// Calls `look` until `root` has left the page, and says at its end when that fails. Returns a
// function that looks soon, and some times more: for whoever has just set something going.
export function watch(root, look, every = EVERY_MS) {
  const stale = h("div", { class: "stale", role: "status" });
  let timer = null;
  let soon = [];
  root.append(stale);

  async function turn() {
    if (!root.isConnected) return end();
    if (!document.hidden) await again();
    plan();
  }
  async function again() {
    try {
      await look();
      stale.replaceChildren();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      stale.replaceChildren(note("warn", `Not up to date: ${error.message}`));
    }
  }
  function plan() {
    clearTimeout(timer);
    timer = setTimeout(turn, soon.shift() ?? every);
  }
  function seen() {
    if (!root.isConnected) return end();
    if (!document.hidden) turn();
  }
  function end() {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  }

  document.addEventListener("visibilitychange", seen);
  plan();
  return () => {
    soon = [...SOON_MS];
    plan();
  };
}

// Draws `place` anew from what `load` finds, when it is something else than before. What is
// opened stays open, and nothing is drawn while somebody writes there.
export function drawn(place, load, draw) {
  let before = null;

  return async function look() {
    const found = await load();
    const now = JSON.stringify(found);
    if (now === before || isWriting(place)) return;
    before = now;
    const open = [...place.querySelectorAll("details[open][data-key]")].map((d) => d.dataset.key);
    const focused = place.contains(document.activeElement) ? document.activeElement : null;
    place.replaceChildren(...[draw(found)].flat(2).filter(Boolean));
    for (const key of open) {
      const again = place.querySelector(`details[data-key="${CSS.escape(key)}"]`);
      if (again) again.open = true;
    }
    if (focused) alike(place, focused)?.focus({ preventScroll: true });
  };
}

// What stands for an element that was drawn anew: the same button or link, else the heading.
function alike(place, before) {
  const named = (one) => one.ariaLabel ?? one.textContent;
  const same = [...place.querySelectorAll(before.tagName)].find(
    (one) => named(one) === named(before),
  );
  return same ?? place.querySelector("h1");
}

function isWriting(place) {
  const active = document.activeElement;
  return place.contains(active) && active.matches("input:not([type=checkbox]), textarea, select");
}
