// One line of a list: a message, a conversation, a delivery; and the blocks that pages share.
import { button, facts as pairs, h, time } from "./dom.js";
import { channelName } from "./names.js";
import { count, name, said, state } from "./words.js";

// A line as all lists have it: what it is and a link, what it says, and small print.
export function line({
  href,
  title,
  badges = [],
  at,
  text,
  more = [],
  small = [],
  actions = null,
}) {
  return h(
    "article",
    { class: "line" },
    h(
      "header",
      {},
      h("h3", {}, h("a", { href }, title)),
      h("span", { class: "badges" }, badges),
      at && time(at),
    ),
    text ? said(text, { class: "said clamp" }) : null,
    more,
    small.filter(Boolean).length
      ? h(
          "p",
          { class: "meta" },
          small.filter(Boolean).map((part) => h("span", {}, part)),
        )
      : null,
    actions,
  );
}

export function messageLine(message, known) {
  const { analysis } = message;
  const urgent = analysis && ["high", "critical"].includes(analysis.urgency);
  return line({
    href: `#/messages/${message.id}`,
    title: sender(message),
    badges: [
      urgent ? state("priority", analysis.urgency) : null,
      state("message", message.processingStatus),
    ],
    at: message.receivedAt,
    text:
      message.content ||
      (message.attachments?.length ? "(only files)" : message.reason || "(no text)"),
    more: message.reply
      ? h(
          "div",
          { class: "reply" },
          h("span", { class: "arrow", "aria-label": "Answer:" }, "↳"),
          said(message.reply, { class: "said clamp" }),
          message.replyStatus === "delivered" ? null : state("delivery", message.replyStatus),
        )
      : null,
    small: [
      channelName(known, message.webhookId),
      analysis?.intent,
      message.attachments?.length ? count(message.attachments.length, "file") : null,
      message.content ? message.reason : null,
    ],
  });
}

// Who wrote a message; nobody knows it of a request that could not be read.
export function sender(message) {
  if (isUnread(message)) return "A request that could not be read";
  return name(message.senderName || message.senderIdentifier);
}

export function isUnread({ conversationId, content, attachments, processingStatus }) {
  return processingStatus === "quarantined" && !conversationId && !content && !attachments?.length;
}

export function conversationLine(conversation, known) {
  return line({
    href: `#/conversations/${conversation.id}`,
    title: name(conversation.participantName || conversation.participant),
    badges: [state("conversation", conversation.status)],
    at: conversation.updatedAt,
    text: conversation.contextSummary,
    small: [
      channelName(known, conversation.webhookId),
      conversation.participantName ? name(conversation.participant) : null,
      conversation.thread ? name(conversation.thread) : null,
      count(conversation.messageCount, "message"),
    ],
  });
}

export function deliveryLine(delivery, known) {
  const isOver = ["delivered", "erased"].includes(delivery.status);
  return line({
    href: `#/deliveries/${delivery.id}`,
    title: delivery.kind === "reply" ? ["Answer to ", name(delivery.recipient)] : delivery.event,
    badges: [state("delivery", delivery.status)],
    at: delivery.createdAt,
    text: isOver ? null : delivery.lastError,
    small: [
      channelName(known, delivery.webhookId),
      delivery.kind === "notification" && delivery.recipient
        ? ["to ", name(delivery.recipient)]
        : null,
      count(delivery.attempts, "attempt"),
      delivery.status === "pending" && delivery.scheduledFor ? due(delivery.scheduledFor) : null,
    ],
  });
}

// A button of one entry among many: its name says which.
export function named(label, about, work, kind = "") {
  const made = button(label, work, { kind });
  made.setAttribute("aria-label", `${label}: ${about}`);
  return made;
}

function due(iso) {
  return new Date(iso) <= new Date() ? "due" : ["next ", time(iso)];
}

// Terms and what is said of them; entries without a value are left out.
export function facts(entries) {
  return pairs(
    entries.filter(([, value]) => value !== null && value !== undefined && value !== ""),
  );
}

export function section(title, ...children) {
  return h("section", { class: "block" }, h("h2", {}, title), children);
}

// Links that narrow a list by one field of the hash's query; the others are kept.
export function filter(label, { path, query, field, options }) {
  const chosen = query.get(field) ?? "";
  return h(
    "nav",
    { class: "filter", "aria-label": label },
    options.map(([value, title]) =>
      h(
        "a",
        {
          href: hash(path, query, { [field]: value }),
          "aria-current": chosen === value ? "true" : null,
        },
        title,
      ),
    ),
  );
}

export function hash(path, query, changes) {
  const next = new URLSearchParams(query);
  for (const [field, value] of Object.entries(changes)) {
    if (value) next.set(field, value);
    else next.delete(field);
  }
  const asked = next.toString();
  return asked ? `#${path}?${asked}` : `#${path}`;
}

// A choice that keeps its place in the hash.
export function choice(label, { path, query, field, options }) {
  const made = h(
    "select",
    { "aria-label": label },
    options.map(([value, title]) => h("option", { value }, title)),
  );
  made.value = query.get(field) ?? "";
  made.addEventListener("change", () => {
    location.hash = hash(path, query, { [field]: made.value });
  });
  return made;
}

export function channelChoice(known, path, query) {
  const options = [...known.values()].map(({ id, channelName, isActive }) => [
    String(id),
    isActive ? channelName : `${channelName} (off)`,
  ]);
  return choice("Channel", {
    path,
    query,
    field: "channel",
    options: [["", "All channels"], ...options],
  });
}
