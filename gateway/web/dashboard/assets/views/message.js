// One message: what it says, what was understood, and what came of it.
import { call, download } from "../api.js";
import { button, confirm, h, json, time } from "../dom.js";
import { channelName } from "../names.js";
import { facts, isUnread, named, section, sender } from "../rows.js";
import { thing } from "../thing.js";
import { bytes, meaning, name, said, state } from "../words.js";

const HELD = ["failed", "quarantined", "ignored"];
const WHY_NOT_KEPT = {
  too_large: "it is larger than this gateway keeps",
  refused_type: "its type is not kept here",
  wrong_type: "it is not what its sender said",
  empty: "it is empty",
  unavailable: "it could not be had",
};

export async function show(root, { id }) {
  await thing(root, () => call("GET", `/messages/${id}`), draw);
}

function draw(message, known, doing) {
  return [
    heading(message, known),
    HELD.includes(message.processingStatus) ? held(message, doing) : null,
    message.content
      ? said(message.content, { class: "said letter" })
      : isUnread(message)
        ? null
        : h("p", { class: "hint" }, "It has no text."),
    files(message),
    message.reply ? answer(message) : null,
    tasks(message),
    understood(message),
    origin(message),
  ];
}

function heading(message, known) {
  return [
    h("p", { class: "crumb" }, h("a", { href: "#/messages" }, "Messages"), ` / ${message.id}`),
    h("h1", {}, sender(message)),
    h(
      "p",
      { class: "meta" },
      state("message", message.processingStatus),
      message.senderName ? h("span", {}, name(message.senderIdentifier)) : null,
      h(
        "span",
        {},
        "on ",
        h(
          "a",
          { href: `#/channels/${message.webhookId}` },
          name(channelName(known, message.webhookId)),
        ),
      ),
      h("span", {}, time(message.receivedAt)),
      message.conversationId
        ? h("a", { href: `#/conversations/${message.conversationId}` }, "whole conversation")
        : null,
    ),
  ];
}

function held(message, doing) {
  const { id } = message;
  const isIgnored = message.processingStatus === "ignored";
  const replay = async () => {
    const { messageIds } = await call("POST", `/messages/${id}/replay`, { body: {} });
    return messageIds.includes(id) || !messageIds.length
      ? "It has its turn again."
      : [
          "Read anew: ",
          messageIds.map((one) => h("a", { href: `#/messages/${one}` }, `message ${one} `)),
        ];
  };
  const discard = async () => {
    await call("POST", `/messages/${id}/discard`, { body: {} });
    return "It is discarded, and kept until its time is over.";
  };
  const sure = async () => {
    const text = "Nobody answers it then, and it cannot be replayed.";
    if (await confirm("Discard this message?", text, { action: "Discard", danger: true }))
      await doing(discard);
  };
  return h(
    "section",
    { class: "attention", "aria-label": "Why it waits" },
    h(
      "p",
      {},
      h("strong", {}, meaning("message", message.processingStatus)),
      " ",
      message.reason ? ["Reason: ", name(message.reason)] : null,
    ),
    h(
      "div",
      { class: "actions" },
      button(isIgnored ? "Answer it after all" : "Give it its turn again", () => doing(replay), {
        kind: "primary",
      }),
      button("Discard", sure),
    ),
  );
}

function files(message) {
  const attached = message.attachments ?? [];
  if (!attached.length) return null;
  const kept = new Map(message.media.map((file) => [file.id, file]));
  return section(
    "Files",
    h(
      "ul",
      { class: "files" },
      attached.map((one) => h("li", {}, file(one, kept.get(one.mediaId)))),
    ),
  );
}

function file(attachment, kept) {
  const title = name(attachment.name || kept?.name || attachment.type || "file");
  if (!kept) {
    return [title, " ", h("span", { class: "meta" }, "elsewhere: ", name(attachment.url))];
  }
  if (kept.state !== "kept") {
    const why =
      kept.state === "waiting"
        ? "is still fetched"
        : `is not kept: ${WHY_NOT_KEPT[kept.reason] ?? kept.reason}`;
    return [title, " ", h("span", { class: "meta" }, why, kept.detail ? ` (${kept.detail})` : "")];
  }
  return [
    title,
    " ",
    h("span", { class: "meta" }, `${kept.contentType}, ${bytes(kept.size)}`),
    named("Download", kept.name || kept.id, () => save(kept), "small"),
    attachment.words ? said(attachment.words, { class: "said quoted" }) : null,
  ];
}

async function save(kept) {
  const url = URL.createObjectURL(await download(`/media/${kept.id}`));
  h("a", { href: url, download: kept.name || kept.id }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

function answer(message) {
  const sent = message.replyDelivery;
  return section(
    "Answer",
    said(message.reply, { class: "said letter ours" }),
    h(
      "p",
      { class: "meta" },
      state("delivery", message.replyStatus),
      sent ? h("a", { href: `#/deliveries/${sent.id}` }, "how it was delivered") : null,
      sent && sent.status !== "delivered" && sent.lastError ? h("span", {}, sent.lastError) : null,
    ),
  );
}

function tasks(message) {
  if (!message.tasks.length) return null;
  return section(
    "Tasks",
    h(
      "ul",
      { class: "plain" },
      message.tasks.map((task) =>
        h(
          "li",
          {},
          state("task", task.status),
          " ",
          h("a", { href: `#/tasks/${task.id}` }, name(task.title)),
        ),
      ),
    ),
  );
}

function understood({ analysis, structured }) {
  if (!analysis) return null;
  const { dates = [], names = [], projects = [], priority = null } = analysis.entities ?? {};
  return section(
    "What was understood",
    facts([
      ["Intent", analysis.intent],
      ["Urgency", state("priority", analysis.urgency)],
      ["Names", names.length ? names.map((one, i) => [i ? ", " : "", name(one)]) : null],
      [
        "Dates",
        dates.length
          ? dates.map((one, i) => [i ? ", " : "", name(one.text), " (", time(one.at), ")"])
          : null,
      ],
      ["Projects", projects.length ? projects.map((one, i) => [i ? ", " : "", name(one)]) : null],
      ["Priority", priority],
      ["Language", analysis.language],
      [
        "Confidence",
        analysis.confidence === null || analysis.confidence === undefined
          ? null
          : `${Math.round(analysis.confidence * 100)} %`,
      ],
    ]),
    structured
      ? h(
          "details",
          { "data-key": "structured" },
          h("summary", {}, "As its sender spelled it out"),
          json(structured),
        )
      : null,
  );
}

function origin(message) {
  const raw = h("div", {});
  const load = async () => {
    const query = { includeRawPayload: true };
    const { rawPayload } = await call("GET", `/messages/${message.id}`, { query });
    raw.replaceChildren(
      rawPayload ? h("pre", { tabindex: "0" }, text(rawPayload)) : "Its body is not kept any more.",
    );
  };
  return h(
    "details",
    { "data-key": "origin", class: "block", open: isUnread(message) },
    h("summary", {}, "Where it came from"),
    facts([
      ["Sender", isUnread(message) ? null : name(message.senderIdentifier)],
      [
        "Proven",
        isUnread(message)
          ? null
          : message.isProven
            ? "yes: somebody vouched for its sender"
            : "no: nobody vouched for its sender",
      ],
      ["Its own id", message.externalMessageId ? name(message.externalMessageId) : null],
      ["Kind", message.messageType],
      ["Content type", message.rawContentType],
      ["Sent", message.sentAt ? time(message.sentAt) : null],
      ["Received", time(message.receivedAt)],
      ["Answered", message.processedAt ? time(message.processedAt) : null],
      ["Reason", message.reason],
    ]),
    message.facts ? json(message.facts) : null,
    button("Show what came in", load),
    raw,
  );
}

function text(base64) {
  const letters = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(letters);
}
