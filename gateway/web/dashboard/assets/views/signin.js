// Signing in: the token is tried with a call, and kept by this tab alone until it is closed.

import { call, session } from "../api.js";
import { h, note } from "../dom.js";

/** Shows the form; `done` is called once a token is good. `problem` says why it is shown again. */
export function signIn(root, done, problem = null) {
  const field = h("input", {
    id: "token",
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    required: true,
    "aria-describedby": "token-hint",
  });
  const send = h("button", { class: "primary" }, "Sign in");
  const outcome = h("div", { "aria-live": "polite" }, problem ? note("bad", problem) : null);
  const form = h(
    "form",
    { class: "card signin" },
    h("h1", {}, "Sign in"),
    h("label", { for: "token" }, "API token"),
    field,
    h(
      "p",
      { class: "hint", id: "token-hint" },
      "The gateway printed one at its first start, and keeps it in ",
      h("code", {}, "admin-token"),
      " in its data folder. ",
      h("code", {}, "gateway tokens create"),
      " makes another.",
    ),
    outcome,
    h("div", { class: "actions" }, send),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    await enter(field.value.trim(), outcome, done);
    send.disabled = false;
  });
  root.append(form);
  document.title = "Sign in · Integration Gateway";
  field.focus();
}

async function enter(token, outcome, done) {
  // A header can hold nothing else, and neither can a token.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    outcome.replaceChildren(note("bad", "This is no token: it starts with gw_ and has no spaces."));
    return;
  }
  session.open(token);
  try {
    await call("GET", "/plugins");
  } catch (error) {
    if (error.status !== 401) {
      session.close();
      outcome.replaceChildren(note("bad", error.message));
    }
    return;
  }
  done();
}
