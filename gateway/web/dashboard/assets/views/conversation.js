// One conversation: both sides as a chat, and beside it its tasks, memory and history.
import { act, allowed } from "../acts.js";
import { answering } from "../answering.js";
import { call, page } from "../api.js";
import { ask } from "../ask.js";
import { button, h, time } from "../dom.js";
import { channelName, channels } from "../names.js";
import { chat } from "../chat.js";
import { memory } from "../memory.js";
import { section } from "../rows.js";
import { meaning, name, said, state } from "../words.js";
import { drawn, watch } from "../watch.js";

const ACTIONS = {
  pause: ["Pause", "Messages are kept and wait; the assistant does not answer."],
  resume: ["Resume", "What waited is answered now, in order and together."],
  resolve: ["Resolve", "It is marked as completed. What the next message does, the channel says."],
  reopen: ["Reopen", "It becomes active again; what was left unanswered is answered now."],
  archive: [
    "Archive",
    "It is closed for good: messages that wait are not answered, and the next one starts a new conversation.",
  ],
};
const PAUSES = [
  ["", "until you resume it"],
  ["60", "for an hour"],
  ["240", "for four hours"],
  ["1440", "for a day"],
];
const MAIN = new Set(["resume", "reopen"]);
const DONE = {
  pause: "Paused: messages are kept and wait.",
  resume: "Resumed: the assistant answers again.",
  resolve: "Resolved.",
  reopen: "Reopened: the assistant answers again.",
  archive: "Archived for good.",
};

export async function show(root, { id }) {
  const known = await channels();
  const head = h("div", {});
  const talk = h("section", { class: "talk", "aria-label": "What was said", tabindex: "0" });
  const beside = h("aside", { class: "beside" });
  const box = answering(id, async () => {
    await refresh();
    soon();
  });
  const left = h("div", {}, talk, box);
  root.append(head, h("div", { class: "columns" }, left, beside));

  const lookHead = drawn(
    head,
    () => call("GET", `/conversations/${id}`),
    (one) => {
      box.hidden = one.status === "archived";
      return heading(one, known, change);
    },
  );
  const lookBeside = drawn(
    beside,
    () => around(id),
    (found) => sections(id, found, refresh),
  );
  const lookTalk = await chat(talk, id);
  await Promise.all([lookHead(), lookBeside()]);
  const soon = watch(root, refresh);

  async function refresh() {
    await Promise.all([lookHead(), lookBeside(), lookTalk()]);
  }

  async function change(verb) {
    const [title, hint] = ACTIONS[verb];
    const minutes = verb === "pause" ? howLong() : null;
    const reason = await ask({
      title: `${title} this conversation?`,
      hint,
      more: minutes,
      label: "Why, for the history (may be left out)",
      verb: title,
      isGrave: verb === "archive",
    });
    if (reason === null) return;
    await act(async () => {
      const body = minutes?.value ? { reason, minutes: Number(minutes.value) } : { reason };
      await call("POST", `/conversations/${id}/${verb}`, { body });
      return DONE[verb];
    });
    await refresh();
    soon();
  }
}

async function around(id) {
  const [tasks, remembered, history] = await Promise.all([
    allowed(page("/tasks", { conversationId: id, limit: 20 })),
    call("GET", `/conversations/${id}/memory`),
    page(`/conversations/${id}/history`, { limit: 20 }),
  ]);
  return { tasks: tasks && tasks.items, remembered, history: history.items };
}

// For how long a conversation is paused.
function howLong() {
  return h(
    "select",
    { "aria-label": "For how long" },
    PAUSES.map(([minutes, label]) => h("option", { value: minutes }, label)),
  );
}

function standing({ status, resumesAt }) {
  if (status === "paused" && resumesAt) {
    return ["Messages are kept and wait; the assistant goes on by itself ", time(resumesAt), "."];
  }
  return status === "active" ? null : meaning("conversation", status);
}

function heading(conversation, known, change) {
  const { participant, participantName, webhookId, thread } = conversation;
  return [
    h(
      "p",
      { class: "crumb" },
      h("a", { href: "#/conversations" }, "Conversations"),
      ` / ${conversation.id}`,
    ),
    h("h1", {}, name(participantName || participant)),
    h(
      "p",
      { class: "meta" },
      state("conversation", conversation.status),
      participantName ? h("span", {}, name(participant)) : null,
      thread ? h("span", {}, name(thread)) : null,
      h(
        "span",
        {},
        "on ",
        h("a", { href: `#/channels/${webhookId}` }, name(channelName(known, webhookId))),
      ),
      h("span", {}, "since ", time(conversation.createdAt)),
    ),
    h("p", { class: "hint" }, standing(conversation)),
    h(
      "div",
      { class: "actions" },
      conversation.possibleActions.map((verb) =>
        button(ACTIONS[verb][0], () => change(verb), { kind: MAIN.has(verb) ? "primary" : "" }),
      ),
    ),
  ];
}

function sections(id, { tasks, remembered, history }, refresh) {
  return [
    tasks === null
      ? null
      : section(
          "Tasks",
          tasks.length ? taskList(tasks) : h("p", { class: "hint" }, "None came of it."),
        ),
    section("Memory", memory(id, remembered, refresh)),
    section(
      "History",
      h(
        "ul",
        { class: "plain history" },
        history.map((change) => h("li", {}, changed(change))),
      ),
    ),
  ];
}

function taskList(tasks) {
  return h(
    "ul",
    { class: "plain" },
    tasks.map((task) =>
      h(
        "li",
        {},
        state("task", task.status),
        " ",
        h("a", { href: `#/tasks/${task.id}` }, name(task.title)),
      ),
    ),
  );
}

function changed({ toStatus, actor, reason, createdAt }) {
  return [
    state("conversation", toStatus),
    " ",
    h("span", { class: "fine" }, time(createdAt), " by ", name(actor)),
    reason ? said(reason, { class: "said fine" }) : null,
  ];
}
