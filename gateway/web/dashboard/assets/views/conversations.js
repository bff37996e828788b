// Who talks with the assistant, the conversation that began last first.
import { empty, h } from "../dom.js";
import { feed, noneFits, pages } from "../lists.js";
import { channels } from "../names.js";
import { channelChoice, conversationLine, filter } from "../rows.js";
import { choices, meaning } from "../words.js";

const PATH = "/conversations";

export async function show(root, { query }) {
  root.append(h("h1", {}, "Conversations"));
  const known = await channels();
  const status = query.get("state");
  const list = h("div", {});
  root.append(
    h(
      "div",
      { class: "tools" },
      channelChoice(known, PATH, query),
      filter("State of the conversations", {
        path: PATH,
        query,
        field: "state",
        options: [["", "All"], ...choices("conversation")],
      }),
      finder(query),
    ),
    h("p", { class: "hint" }, status ? meaning("conversation", status) : null),
    list,
  );
  await feed(list, {
    source: () =>
      pages("/conversations", {
        status,
        webhookId: query.get("channel"),
        participant: query.get("with"),
      }),
    key: (conversation) => conversation.id,
    row: (conversation) => conversationLine(conversation, known),
    one: "conversation",
    many: "conversations",
    whenEmpty: () => nothing(query),
  });
}

function finder(query) {
  const wanted = h("input", {
    type: "search",
    "aria-label": "Only those with this person",
    placeholder: "number or address",
    value: query.get("with") ?? "",
  });
  const form = h("form", { role: "search", class: "finder" }, wanted, h("button", {}, "Find"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const next = new URLSearchParams(query);
    if (wanted.value.trim()) next.set("with", wanted.value.trim());
    else next.delete("with");
    location.hash = next.size ? `#${PATH}?${next}` : `#${PATH}`;
  });
  return form;
}

function nothing(query) {
  if (query.size) {
    return noneFits("No such conversation", "#/conversations", "Show all conversations");
  }
  return empty(
    "No conversation yet",
    "One begins with the first message of a person on a ",
    h("a", { href: "#/channels" }, "channel"),
    ".",
  );
}
