// What a conversation remembers, with the buttons that make it forget.
import { act } from "./acts.js";
import { call } from "./api.js";
import { button, confirm, h, time } from "./dom.js";
import { named } from "./rows.js";
import { name, said } from "./words.js";

export function memory(id, remembered, refresh) {
  const { contextSummary, facts, linkedFacts } = remembered;
  if (!contextSummary && !facts.length && !linkedFacts.length) {
    return h("p", { class: "hint" }, "Nothing yet.");
  }
  async function forget(key) {
    const asked =
      key === null
        ? "Forget everything that this conversation remembers? Its messages stay."
        : `Forget “${key}”? The summary goes with it, and is written anew by the next answer.`;
    if (!(await confirm("Forget?", asked, { action: "Forget", danger: true }))) return;
    await act(async () => {
      await call("DELETE", `/conversations/${id}/memory`, { query: key === null ? {} : { key } });
      return key === null ? "Everything is forgotten." : "It is forgotten.";
    });
    await refresh();
  }

  return [
    contextSummary ? said(contextSummary, { class: "said quoted" }) : null,
    facts.length
      ? h(
          "ul",
          { class: "plain memory" },
          facts.map((fact) => h("li", {}, one(fact, forget))),
        )
      : null,
    linkedFacts.length ? h("h3", {}, "From linked senders") : null,
    linkedFacts.length
      ? h(
          "ul",
          { class: "plain memory" },
          linkedFacts.map((fact) => h("li", {}, one(fact, null))),
        )
      : null,
    h(
      "div",
      { class: "actions" },
      button("Forget everything", () => forget(null), { kind: "danger small" }),
    ),
  ];
}

function one(fact, forget) {
  return [
    h(
      "div",
      {},
      h("strong", {}, name(fact.key)),
      " ",
      h("span", { dir: "auto" }, value(fact.value)),
    ),
    h(
      "p",
      { class: "meta" },
      fact.messageId
        ? h("a", { href: `#/messages/${fact.messageId}` }, "said ", time(fact.at))
        : h("span", {}, time(fact.at)),
      fact.expiresAt ? h("span", {}, "until ", time(fact.expiresAt)) : null,
      forget && named("Forget", fact.key, () => forget(fact.key), "small"),
    ),
  ];
}

function value(known) {
  if (Array.isArray(known) && known.every((one) => typeof one === "string"))
    return known.join(", ");
  return typeof known === "string" ? known : JSON.stringify(known);
}
