// What a channel would make of a message: a rehearsal, in which nothing is stored or sent.

import { call } from "../api.js";
import { badge, busy, button, empty, facts, h, json, note, time } from "../dom.js";

const INTENTS = { task: "a task", question: "a question", update: "an update", confirmation: "a confirmation" };
const TONES = { low: "quiet", medium: "quiet", high: "warn", critical: "bad" };
const FATES = {
  postponed: ["It would be answered later", "warn"],
  held: ["It would wait for a person", "bad"],
  ignored: ["It would be kept, and not answered", "quiet"],
  quarantined: ["It would be quarantined", "warn"],
  consent: ["It is a word on being written to", "info"],
};
const KINDS = ["application/json", "application/x-www-form-urlencoded", "text/plain", "message/rfc822"];

export async function show(root, { id }) {
  const channel = await call("GET", `/webhooks/${id}`);
  const talk = h("div", { class: "rehearsal", "aria-live": "polite" });
  const turns = [];
  const start = () => {
    turns.length = 0;
    talk.replaceChildren(
      empty("Write as one of your customers would", h("p", {}, "You see what is understood, what is answered and which tasks would be made. Nothing is stored or sent.")),
    );
  };
  start();
  root.append(
    h(
      "div",
      {},
      h("p", { class: "crumb" }, h("a", { href: "#/channels" }, "Channels"), " / ", h("a", { href: `#/channels/${channel.id}` }, channel.channelName)),
      h("div", { class: "heading" }, h("h1", {}, "Try it out"), button("Start again", start)),
    ),
    talk,
    words(channel, talk, turns),
    request(channel),
  );
}

function words(channel, talk, turns) {
  const content = h("textarea", { id: "content", rows: 3, required: true, maxlength: 20000 });
  const sender = h("input", { id: "sender", value: sample(channel), required: true, maxlength: 320, autocomplete: "off" });
  const send = h("button", { class: "primary" }, "Try it");
  const form = h(
    "form",
    { class: "card" },
    h("div", { class: "field" }, h("label", { for: "content" }, "Message"), content),
    h(
      "div",
      { class: "field" },
      h("label", { for: "sender" }, "Written by"),
      sender,
      h("p", { class: "hint" }, "A phone number tells which time zone dates are meant in."),
    ),
    h("div", { class: "actions" }, send),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = content.value;
    busy(send, async () => {
      const earlier = turns.slice(-40);
      const { messages } = await call("POST", `/webhooks/${channel.id}/preview`, {
        body: { content: said, senderIdentifier: sender.value, earlier },
      });
      if (!turns.length) {
        talk.replaceChildren();
      }
      talk.append(h("article", { class: "exchange" }, exchange(messages[0]), details(messages[0])));
      turns.push({ role: "user", content: said });
      if (messages[0].reply) {
        turns.push({ role: "assistant", content: messages[0].reply });
      }
      content.value = "";
      content.focus();
      talk.lastElementChild.scrollIntoView({ block: "nearest" });
    });
  });
  return form;
}

function sample(channel) {
  return channel.channelType === "sms" ? "+15550101234" : "ann@example.org";
}

// A request as a program or provider posts it: to see how it is read.
function request(channel) {
  const body = h("textarea", { id: "body", rows: 6, class: "mono", required: true, maxlength: 200000, spellcheck: "false" });
  const kind = h("select", { id: "kind" }, KINDS.map((one) => h("option", { value: one }, one)));
  const outcome = h("div", { "aria-live": "polite" });
  const send = h("button", {}, "See how it is read");
  const form = h(
    "form",
    { class: "fields" },
    h("div", { class: "field" }, h("label", { for: "body" }, "Body of the request"), body),
    h("div", { class: "field" }, h("label", { for: "kind" }, "Content-Type"), kind),
    h("div", { class: "actions" }, send),
    outcome,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(send, async () => outcome.replaceChildren(...(await readings(channel, body.value, kind.value))));
  });
  return h(
    "details",
    { class: "card" },
    h("summary", {}, "Or paste a request, to see how it is read"),
    h("p", { class: "quiet" }, "The body as your form, program or provider posts it. Its signature is not checked."),
    form,
  );
}

async function readings(channel, body, contentType) {
  try {
    const read = await call("POST", `/webhooks/${channel.id}/preview`, { body: { body, contentType } });
    const none = read.messages.length ? null : note("info", receipts(read.receipts));
    return [none, ...read.messages.map((one) => h("article", { class: "exchange" }, exchange(one), details(one)))].filter(Boolean);
  } catch (error) {
    if (error.code !== "INVALID_PAYLOAD") {
      throw error;
    }
    const places = error.fields.map((field) => h("li", {}, h("code", {}, field.pointer), ` ${field.message}`));
    return [note("bad", h("p", {}, error.message), h("ul", {}, places))];
  }
}

function receipts(count) {
  return count ? `It holds no message, but what became of ${count} that were sent.` : "It holds no message.";
}

function exchange(message) {
  return [
    h("div", { class: "bubble theirs" }, h("p", { class: "who" }, message.senderName ?? message.senderIdentifier), message.content || h("em", {}, "no words")),
    understood(message),
    message.reply ? h("div", { class: "bubble ours" }, h("p", { class: "who" }, "Assistant"), message.reply) : null,
    changes(message),
  ];
}

function understood({ fate, reason, analysis }) {
  const [text, tone] = FATES[fate] ?? [null, null];
  return h(
    "p",
    { class: "aside" },
    text ? badge(text, tone) : null,
    analysis ? ["Understood as ", h("strong", {}, INTENTS[analysis.intent]), ", ", urgency(analysis.urgency)] : null,
    analysis ? analysis.entities.dates.map((date) => h("span", {}, `; “${date.text}” is `, time(date.at))) : null,
    reason ? h("span", { class: "quiet" }, ` ${reason}`) : null,
  );
}

function urgency(level) {
  const text = `${level} urgency`;
  return TONES[level] === "quiet" ? text : badge(text, TONES[level]);
}

function changes({ tasks, proposals, usage }) {
  return h(
    "div",
    { class: "aside" },
    tasks.map((task) => h("p", {}, badge("task", "good"), " ", h("strong", {}, task.title), due(task), task.assignee ? `, for ${task.assignee}` : null)),
    proposals.map((one) =>
      h("p", {}, badge(one.status === "undoable" ? `${one.code} would undo it` : `asks first, code ${one.code}`, "info"), " ", one.title),
    ),
    usage ? h("p", { class: "quiet" }, `${usage.model}: ${usage.inputTokens} tokens in, ${usage.outputTokens} out`) : null,
  );
}

function due(task) {
  return [task.deadline ? [", due ", time(task.deadline)] : null, task.priority === "medium" ? null : [" ", badge(task.priority, TONES[task.priority])]];
}

function details(message) {
  return h(
    "details",
    {},
    h("summary", {}, "More of it"),
    facts([
      ["From", message.senderIdentifier],
      ["Id", message.externalMessageId ?? "none: a repeat is not recognised"],
      ["Kind", message.messageType],
      message.attachments.length ? ["Files", message.attachments.map((file) => h("p", {}, file.name ?? file.url ?? "a file", ` (${file.type})`))] : null,
    ]),
    message.structured ? json(message.structured) : null,
    Object.keys(message.memory).length ? [h("p", { class: "quiet" }, "It would remember"), json(message.memory)] : null,
  );
}
