// One task, and what was done with it.
import { call, page } from "../api.js";
import { h, time } from "../dom.js";
import { channelName } from "../names.js";
import { facts, section } from "../rows.js";
import { endings } from "../tasklines.js";
import { thing } from "../thing.js";
import { name, said, state } from "../words.js";

export async function show(root, { id }) {
  await thing(root, () => found(id), draw);
}

async function found(id) {
  const [task, log] = await Promise.all([
    call("GET", `/tasks/${id}`),
    page(`/tasks/${id}/executions`, {}),
  ]);
  return { task, log: log.items };
}

function draw({ task, log }, known, settle) {
  return [
    h("p", { class: "crumb" }, h("a", { href: "#/tasks" }, "Tasks"), ` / ${task.id}`),
    h("h1", {}, name(task.title)),
    h(
      "p",
      { class: "meta" },
      state("task", task.status),
      ["high", "critical"].includes(task.priority) ? state("priority", task.priority) : null,
      h("span", {}, "made ", time(task.createdAt)),
    ),
    task.status === "pending" ? endings(task, settle, { complete: "primary" }) : null,
    task.description ? said(task.description, { class: "said letter" }) : null,
    facts([
      ["Priority", task.priority],
      ["Due", task.deadline ? time(task.deadline) : null],
      ["For", task.assignee ? name(task.assignee) : null],
      ["Project", task.project ? name(task.project) : null],
      ["Result", task.result ? said(task.result) : null],
      ["Error", task.error ? said(task.error) : null],
      ["Ended", task.finishedAt ? time(task.finishedAt) : null],
      ["Channel", task.sourceWebhookId ? channelName(known, task.sourceWebhookId) : "made by hand"],
      [
        "Came out of",
        task.sourceMessageId
          ? h(
              "a",
              { href: `#/messages/${task.sourceMessageId}` },
              `message ${task.sourceMessageId}`,
            )
          : null,
      ],
      [
        "Conversation",
        task.conversationId
          ? h(
              "a",
              { href: `#/conversations/${task.conversationId}` },
              `conversation ${task.conversationId}`,
            )
          : null,
      ],
    ]),
    section(
      "What was done with it",
      h(
        "ul",
        { class: "plain history" },
        log.map((entry) => h("li", {}, done(entry))),
      ),
    ),
  ];
}

function done({ status, detail, actor, createdAt }) {
  return [
    h("strong", {}, status),
    " ",
    h("span", { class: "fine" }, time(createdAt), " by ", name(actor)),
    detail ? said(detail, { class: "said fine" }) : null,
  ];
}
