// What was or is to be sent: replies, notifications and events, dead ones first to hand.
import { call } from "../api.js";
import { empty, h } from "../dom.js";
import { feed, noneFits, pages } from "../lists.js";
import { channels } from "../names.js";
import { channelChoice, choice, deliveryLine, filter } from "../rows.js";
import { choices, meaning } from "../words.js";

const PATH = "/deliveries";

export async function show(root, { query }) {
  root.append(h("h1", {}, "Deliveries"));
  const [known, types] = await Promise.all([channels(), call("GET", "/event-types")]);
  const status = query.get("state");
  const list = h("div", {});
  root.append(
    h(
      "div",
      { class: "tools" },
      channelChoice(known, PATH, query),
      choice("Event", { path: PATH, query, field: "event", options: events(types) }),
      filter("State of the deliveries", {
        path: PATH,
        query,
        field: "state",
        options: [["", "All"], ...choices("delivery")],
      }),
    ),
    h(
      "p",
      { class: "hint" },
      status ? `${meaning("delivery", status)} ` : "What goes to people and to your endpoints. ",
      h("a", { href: "#/replays" }, "Send many again"),
    ),
    list,
  );
  await feed(list, {
    source: () =>
      pages("/deliveries", { status, webhookId: query.get("channel"), event: query.get("event") }),
    key: (delivery) => delivery.id,
    row: (delivery) => deliveryLine(delivery, known),
    one: "delivery",
    many: "deliveries",
    whenEmpty: () => nothing(query),
  });
}

function events({ items }) {
  return [["", "All events"], ...items.map((type) => [type.name, type.name])];
}

function nothing(query) {
  if (query.toString() === "state=dead") {
    return empty(
      "No dead delivery",
      "Everything that was to be sent has arrived, or is still tried.",
    );
  }
  if (query.size) {
    return noneFits("No such delivery", "#/deliveries", "Show all deliveries");
  }
  return empty(
    "Nothing sent yet",
    "Answers and events are shown here once a ",
    h("a", { href: "#/channels" }, "channel"),
    " has got a message.",
  );
}
