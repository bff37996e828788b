// Many deliveries sent again: how many would go, a start, and how far each replay has come.
import { act } from "../acts.js";
import { call, page } from "../api.js";
import { busy, button, confirm, empty, h, note, time } from "../dom.js";
import { channelName, channels } from "../names.js";
import { section } from "../rows.js";
import { count, name, state } from "../words.js";
import { drawn, watch } from "../watch.js";

const VERBS = { running: ["pause", "cancel"], paused: ["resume", "cancel"] };
const LABELS = { pause: "Pause", resume: "Resume", cancel: "Cancel" };
const SURE = { action: "Cancel the replay", danger: true };
const DONE = { pause: "Paused.", resume: "It goes on.", cancel: "Cancelled." };

export async function show(root, { query }) {
  root.append(
    h(
      "p",
      { class: "crumb" },
      h("a", { href: "#/deliveries" }, "Deliveries"),
      " / send many again",
    ),
    h("h1", {}, "Send many again"),
    h(
      "p",
      { class: "hint" },
      "After an outage of an endpoint: pick what it missed, look how many there are, then start. Each goes out with the id and body that it had, so a receiver can tell a repeat.",
    ),
  );
  const known = await channels();
  const list = h("div", {});
  const look = drawn(
    list,
    () => page("/replays", { limit: 20 }),
    ({ items }) => draw(items, known, change),
  );
  root.append(chooser(known, query, begun), section("Replays", list));
  await look();
  const soon = watch(root, look);

  async function begun() {
    await look();
    soon();
  }

  async function change(replay, verb) {
    if (
      verb === "cancel" &&
      !(await confirm("Cancel this replay?", "What it has not come to stays as it is.", SURE))
    )
      return;
    await act(async () => {
      await call("POST", `/replays/${replay.id}/${verb}`, { body: {} });
      return DONE[verb];
    });
    await look();
    soon();
  }
}

function chooser(known, query, begun) {
  const field = fields(known, query);
  const answer = h("div", { role: "status" });
  const estimate = h("button", { class: "primary" }, "How many are there?");
  const form = h(
    "form",
    { class: "card chooser" },
    Object.values(field).map(({ label, input }) => h("label", {}, label, input)),
    h("div", { class: "actions" }, estimate),
    answer,
  );

  form.addEventListener("input", () => answer.replaceChildren());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(estimate, async () => {
      const wanted = asked(field);
      const { total } = await call("POST", "/replays/estimate", { body: wanted });
      answer.replaceChildren(
        total ? offer(total, wanted) : note("info", "Nothing fits this choice."),
      );
    });
  });

  function offer(total, wanted) {
    const words = count(total, "delivery", "deliveries");
    const start = async () => {
      const body = { ...wanted, perSecond: Number(field.perSecond.input.value) };
      await act(async () => {
        await call("POST", "/replays", { body });
        answer.replaceChildren();
        return `Started: ${words} will be sent again.`;
      });
      await begun();
    };
    return note(
      "info",
      h("p", {}, `${count(total, "delivery fits", "deliveries fit")}.`),
      button(`Send ${words} again`, start, { kind: "primary" }),
    );
  }
  return form;
}

function fields(known, query) {
  const status = h(
    "select",
    {},
    h("option", { value: "dead" }, "dead"),
    h("option", { value: "delivered" }, "delivered"),
  );
  const webhookId = h(
    "select",
    {},
    h("option", { value: "" }, "all channels"),
    [...known.values()].map((channel) =>
      h("option", { value: String(channel.id) }, channel.channelName),
    ),
  );
  webhookId.value = query.get("channel") ?? "";
  return {
    status: { label: "What became of them", input: status },
    webhookId: { label: "Channel", input: webhookId },
    event: {
      label: "Event (any if empty)",
      input: h("input", { type: "text", placeholder: "task.created", maxlength: "64" }),
    },
    createdFrom: { label: "Made from", input: h("input", { type: "datetime-local" }) },
    createdUntil: { label: "Made before", input: h("input", { type: "datetime-local" }) },
    perSecond: {
      label: "Most a second",
      input: h("input", { type: "number", min: "1", max: "1000", value: "20", required: true }),
    },
  };
}

function asked(field) {
  const moment = ({ input }) => (input.value ? new Date(input.value).toISOString() : null);
  return {
    status: field.status.input.value,
    webhookId: field.webhookId.input.value ? Number(field.webhookId.input.value) : null,
    event: field.event.input.value.trim() || null,
    createdFrom: moment(field.createdFrom),
    createdUntil: moment(field.createdUntil),
  };
}

function draw(items, known, change) {
  if (!items.length)
    return empty("No replay yet", "What you start above is shown here with its progress.");
  return h(
    "ul",
    { class: "feed" },
    items.map((replay) => h("li", {}, line(replay, known, change))),
  );
}

function line(replay, known, change) {
  const { total, replayed, skipped } = replay;
  const meter = h("progress", {
    max: String(Math.max(total, 1)),
    value: String(replayed + skipped),
    "aria-label": `Progress of replay ${replay.id}`,
  });
  return h(
    "article",
    { class: "line" },
    h(
      "header",
      {},
      h("h3", {}, `Replay ${replay.id}`),
      h("span", { class: "badges" }, state("replay", replay.state)),
      time(replay.createdAt),
    ),
    meter,
    h(
      "p",
      { class: "meta" },
      h("span", {}, `${replayed} of ${total} sent again`),
      skipped ? h("span", {}, `${skipped} left out`) : null,
      h("span", {}, replay.status),
      h("span", {}, replay.webhookId ? name(channelName(known, replay.webhookId)) : "all channels"),
      replay.event ? h("span", {}, replay.event) : null,
      h("span", {}, `${replay.perSecond} a second`),
    ),
    h(
      "div",
      { class: "actions" },
      (VERBS[replay.state] ?? []).map((verb) =>
        button(LABELS[verb], () => change(replay, verb), { kind: "small" }),
      ),
    ),
  );
}
