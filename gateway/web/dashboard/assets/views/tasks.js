// What is to be done, open tasks first, and proposals that wait for a word.
import { act } from "../acts.js";
import { page } from "../api.js";
import { empty, h } from "../dom.js";
import { feed, noneFits, pages } from "../lists.js";
import { channels } from "../names.js";
import { channelChoice, filter, hash } from "../rows.js";
import { choices } from "../words.js";
import { proposalLine, taskLine } from "../tasklines.js";
import { drawn, watch } from "../watch.js";

const PATH = "/tasks";

export async function show(root, { query }) {
  const known = await channels();
  const status = query.get("state") ?? "pending";
  const waiting = h("div", {});
  const list = h("div", {});
  root.append(
    h("h1", {}, "Tasks"),
    waiting,
    h(
      "div",
      { class: "tools" },
      channelChoice(known, PATH, query),
      filter("State of the tasks", {
        path: PATH,
        query: chosen(query, status),
        field: "state",
        options: [...choices("task"), ["all", "all"]],
      }),
    ),
    h(
      "p",
      { class: "hint" },
      query.get("due")
        ? [
            "Only those that are late. ",
            h("a", { href: hash(PATH, query, { due: null }) }, "Show all"),
          ]
        : null,
    ),
    list,
  );

  const lookProposals = drawn(
    waiting,
    () => page("/proposals", { status: "pending" }),
    ({ items }) => proposals(items, decide),
  );
  await lookProposals();
  const shown = await feed(list, {
    source: () => pages("/tasks", wanted(query, status)),
    key: (task) => task.id,
    row: (task) => taskLine(task, known, settle),
    one: "task",
    many: "tasks",
    whenEmpty: () => nothing(status, query),
  });
  watch(root, lookProposals);

  async function settle(done) {
    await act(done);
    shown.soon();
  }
  async function decide(done) {
    await act(done);
    await lookProposals();
    shown.soon();
  }
}

function chosen(query, status) {
  const next = new URLSearchParams(query);
  next.set("state", status);
  return next;
}

function wanted(query, status) {
  return {
    status: status === "all" ? null : status,
    webhookId: query.get("channel"),
    dueBefore: query.get("due") === "late" ? new Date().toISOString() : null,
  };
}

function proposals(items, decide) {
  if (!items.length) return null;
  return h(
    "section",
    { class: "attention", "aria-label": "Proposals" },
    h("h2", {}, "Wait for a yes"),
    h("p", { class: "hint" }, "The assistant has asked these people. You can answer for them."),
    h(
      "ul",
      { class: "feed" },
      items.map((proposal) => h("li", {}, proposalLine(proposal, decide))),
    ),
  );
}

function nothing(status, query) {
  if (query.get("channel") || query.get("due")) {
    return noneFits("No such task", "#/tasks", "Show open tasks");
  }
  if (status === "pending") {
    return empty(
      "No open task",
      "Tasks come out of messages such as “Please send the report to Dana by Friday”.",
    );
  }
  return empty(
    "No such task",
    "None has this state. ",
    h("a", { href: "#/tasks" }, "Show open tasks"),
    ".",
  );
}
