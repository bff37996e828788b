// Where one is on the way to a new channel.

import { h } from "./dom.js";

const STEPS = ["Kind", "Settings", "Connect", "Test"];

/** The four steps, the current one marked; those before it are done. */
export function stepper(current) {
  return h(
    "ol",
    { class: "steps", "aria-label": "Steps" },
    STEPS.map((name, i) =>
      h("li", { class: i < current ? "done" : null, "aria-current": i === current ? "step" : null }, h("span", { class: "dot" }, i < current ? "✓" : String(i + 1)), name),
    ),
  );
}
