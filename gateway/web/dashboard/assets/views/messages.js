// The last 50 messages of a channel, or of all; older ones on demand.
import { empty, h } from "../dom.js";
import { feed, merged, noneFits, pages } from "../lists.js";
import { channels } from "../names.js";
import { channelChoice, filter, messageLine } from "../rows.js";

const PATH = "/messages";
const STATES = [
  ["", "All"],
  ["received", "Waiting"],
  ["processed", "Answered"],
  ["quarantined", "In quarantine"],
  ["failed", "Failed"],
  ["ignored", "Ignored"],
];

export async function show(root, { query }) {
  root.append(h("h1", {}, "Messages"));
  const known = await channels();
  const list = h("div", {});
  root.append(
    h(
      "div",
      { class: "tools" },
      channelChoice(known, PATH, query),
      filter("State of the messages", { path: PATH, query, field: "state", options: STATES }),
    ),
    list,
  );
  await feed(list, {
    source: () => source(known, query),
    key: (message) => message.id,
    row: (message) => messageLine(message, known),
    one: "message",
    many: "messages",
    whenEmpty: () => nothing(known, query),
  });
}

export function source(known, query) {
  const chosen = query.get("channel");
  const status = query.get("state");
  const ids = chosen ? [chosen] : [...known.keys()];
  const lists = ids.map((id) => pages(`/webhooks/${id}/messages`, { status }));
  return lists.length === 1 ? lists[0] : merged(lists, (message) => message.receivedAt);
}

function nothing(known, query) {
  if (!known.size) {
    return empty(
      "No channel yet",
      "Messages come in by a channel. ",
      h("a", { href: "#/channels/new" }, "Set one up"),
      ".",
    );
  }
  if (query.get("state") || query.get("channel")) {
    return noneFits("No such message", "#/messages", "Show all messages");
  }
  return empty(
    "No message yet",
    "Write to one of your ",
    h("a", { href: "#/channels" }, "channels"),
    ": what comes in is shown here.",
  );
}
