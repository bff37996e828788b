// The page of one thing: drawn from what the API tells of it, and kept up to date.
import { act } from "./acts.js";
import { h } from "./dom.js";
import { channels } from "./names.js";
import { drawn, watch } from "./watch.js";

// `draw(found, known, doing)` returns the page's parts. `doing(done)` does something to the thing,
// tells how it went, and shows the thing as it is then.
export async function thing(root, load, draw) {
  const known = await channels();
  const place = h("div", {});
  root.append(place);
  const look = drawn(place, load, (found) => draw(found, known, doing));
  await look();
  const soon = watch(root, look);

  async function doing(done) {
    await act(done);
    await look();
    soon();
  }
}
