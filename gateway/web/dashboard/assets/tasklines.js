// A task and a proposal as lists show them, with what can be done about each.
import { call } from "./api.js";
import { ask } from "./ask.js";
import { h, time } from "./dom.js";
import { channelName } from "./names.js";
import { line, named } from "./rows.js";
import { name, state } from "./words.js";

const SMALL = { complete: "small", fail: "small", cancel: "small" };
const ENDS = {
  complete: {
    label: "Complete",
    done: "Completed.",
    ask: { label: "What came out of it (may be left out)", verb: "Complete", longest: 10000 },
    body: (words) => (words ? { result: words } : {}),
  },
  fail: {
    label: "Fail",
    done: "Ended as failed.",
    ask: {
      label: "Why it could not be done",
      verb: "End as failed",
      isRequired: true,
      longest: 10000,
      isGrave: true,
    },
    body: (words) => ({ error: words }),
  },
  cancel: {
    label: "Cancel",
    done: "Cancelled.",
    ask: {
      label: "Why, for the log (may be left out)",
      verb: "Cancel the task",
      longest: 10000,
      isGrave: true,
    },
    body: (words) => ({ reason: words }),
  },
};

export function taskLine(task, known, settle) {
  const isLate = task.status === "pending" && task.deadline && new Date(task.deadline) < new Date();
  return line({
    href: `#/tasks/${task.id}`,
    title: name(task.title),
    badges: [
      ["high", "critical"].includes(task.priority) ? state("priority", task.priority) : null,
      state("task", task.status),
    ],
    at: task.createdAt,
    text: task.result || task.error,
    small: [
      task.deadline
        ? h(
            "span",
            { class: isLate ? "late" : null },
            isLate ? "was due " : "due ",
            time(task.deadline),
          )
        : null,
      task.assignee ? ["for ", name(task.assignee)] : null,
      task.project ? name(task.project) : null,
      task.sourceWebhookId ? channelName(known, task.sourceWebhookId) : "made by hand",
    ],
    actions: task.status === "pending" ? endings(task, settle) : null,
  });
}

// The buttons that end a pending task; `settle` is given what is to be done and says how it went.
export function endings(task, settle, kinds = SMALL) {
  return h(
    "div",
    { class: "actions" },
    Object.keys(ENDS).map((verb) => ending(task, verb, { settle, kind: kinds[verb] ?? "" })),
  );
}

function ending(task, verb, { settle, kind }) {
  const { label, done, ask: asking, body } = ENDS[verb];
  const end = async () => {
    const words = await ask({ title: `${label} “${task.title}”?`, ...asking });
    if (words === null) return;
    await settle(async () => {
      await call("POST", `/tasks/${task.id}/${verb}`, { body: body(words) });
      return done;
    });
  };
  return named(label, task.title, end, kind);
}

export function proposalLine(proposal, decide) {
  const { id, title, participant, change } = proposal;
  const act = (verb, label, done, kind) => {
    const end = async () => {
      await call("POST", `/proposals/${id}/${verb}`, { body: {} });
      return done;
    };
    return named(label, title, () => decide(end), kind);
  };
  return line({
    href: `#/conversations/${proposal.conversationId}`,
    title: name(title),
    at: proposal.createdAt,
    small: [
      ["asked ", name(participant)],
      change ? `a change of task ${change.taskId}` : null,
      proposal.deadline ? ["due ", time(proposal.deadline)] : null,
      ["until ", time(proposal.expiresAt)],
    ],
    actions: h(
      "div",
      { class: "actions" },
      act("confirm", "Confirm", "Confirmed.", "small primary"),
      act("cancel", "No, drop it", "Dropped.", "small"),
    ),
  });
}
