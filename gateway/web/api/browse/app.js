// Filters the list of calls, and makes a call as it is typed. The token stays in its field.
"use strict";

const filter = document.getElementById("filter");

filter.addEventListener("input", () => {
  const words = filter.value.toLowerCase().split(/\s+/);
  let shown = 0;
  for (const section of document.querySelectorAll("nav section")) {
    let inSection = 0;
    for (const link of section.querySelectorAll("a")) {
      const matches = words.every((word) => link.dataset.words.includes(word));
      link.parentElement.hidden = !matches;
      inSection += matches;
    }
    section.hidden = !inSection;
    shown += inSection;
  }
  document.getElementById("none").hidden = shown > 0;
});

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const outcome = form.querySelector(".outcome");
    outcome.hidden = false;
    outcome.textContent = "…";
    try {
      outcome.textContent = await send(form);
    } catch (error) {
      outcome.textContent = `Not sent: ${error.message}`;
    }
  });
}

async function send(form) {
  const input = JSON.parse(form.elements.input.value || "{}");
  const path = form.dataset.path.replace(/\{(\w+)\}/g, (_, name) => {
    const value = input[name];
    delete input[name];
    return encodeURIComponent(value);
  });
  const options = {
    method: form.dataset.method,
    headers: { Authorization: `Bearer ${document.getElementById("token").value}` },
  };
  let query = "";
  if (form.dataset.body) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(input);
  } else if (Object.keys(input).length) {
    query = `?${new URLSearchParams(input)}`;
  }
  const response = await fetch(`/api/v1${path}${query}`, options);
  const body = await response.text();
  return `${response.status} ${response.statusText}\n\n${pretty(body)}`;
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
