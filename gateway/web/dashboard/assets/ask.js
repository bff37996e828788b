// Asks for a few words before something is done: a reason, a result.
import { h } from "./dom.js";

// Resolves to what was written, or to null when the person thought better of it.
export function ask({
  title,
  hint = "",
  label,
  verb,
  isRequired = false,
  longest = 200,
  isGrave = false,
  more = null,
}) {
  const words = h("textarea", {
    rows: "3",
    maxlength: String(longest),
    required: isRequired,
    id: "ask-words",
  });
  const back = h("button", { type: "button" }, "Back");
  const go = h("button", { type: "submit", class: isGrave ? "danger" : "primary" }, verb);
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: "ask-title" }, title),
    hint ? h("p", {}, hint) : null,
    h("label", { for: "ask-words" }, label),
    words,
    more,
    h("div", { class: "actions" }, go, back),
  );
  const dialog = h("dialog", { "aria-labelledby": "ask-title" }, form);
  document.body.append(dialog);
  const before = location.hash;

  return new Promise((resolve) => {
    let answer = null;
    form.addEventListener("submit", () => {
      answer = words.value.trim();
    });
    back.addEventListener("click", () => dialog.close());
    const leave = () => location.hash !== before && dialog.close();
    window.addEventListener("hashchange", leave);
    dialog.addEventListener("close", () => {
      window.removeEventListener("hashchange", leave);
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
    words.focus();
  });
}
