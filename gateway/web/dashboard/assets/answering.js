// The box in which a person answers in the assistant's place.
import { act } from "./acts.js";
import { call } from "./api.js";
import { busy, h } from "./dom.js";

const SILENCES = [
  ["60", "is silent for an hour"],
  ["240", "is silent for four hours"],
  ["1440", "is silent for a day"],
  ["0", "answers the next message"],
];

// `refresh` shows the conversation as it is once something was said.
export function answering(id, refresh) {
  const words = h("textarea", { id: "answer", rows: "3", required: true });
  const silence = h(
    "select",
    { id: "silence" },
    SILENCES.map(([minutes, label]) => h("option", { value: minutes }, label)),
  );
  const send = h("button", { class: "primary" }, "Send");
  const form = h(
    "form",
    { class: "answering" },
    h("label", { for: "answer" }, "Answer in the assistant's place"),
    words,
    h(
      "div",
      { class: "actions" },
      send,
      h("label", { for: "silence" }, "Then the assistant"),
      silence,
    ),
  );
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(send, say);
  });

  async function say() {
    const body = { content: words.value, silentMinutes: Number(silence.value) };
    await act(async () => {
      await call("POST", `/conversations/${id}/reply`, { body });
      words.value = "";
      return "It is on its way.";
    });
    await refresh();
  }
  return form;
}
