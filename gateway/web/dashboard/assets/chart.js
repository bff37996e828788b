// Bars a day; the same figures stand in a table for who does not see them.
import { h, table } from "./dom.js";

// `days` are [{ day: "2026-11-24", values: [120, 450] }], `series` are [["received", "in"], …].
export function bars(days, series, title) {
  const most = Math.max(1, ...days.flatMap(({ values }) => values));
  return h(
    "figure",
    { class: "chart" },
    h(
      "figcaption",
      {},
      h("strong", {}, title),
      h(
        "p",
        { class: "meta" },
        series.map(([label, kind]) => h("span", { class: `key ${kind}` }, label)),
        h("span", {}, `most ${most.toLocaleString("en")} a day`),
      ),
    ),
    h(
      "div",
      { class: "bars", "aria-hidden": "true" },
      days.map((one, i) => column(one, series, { most, isNamed: (days.length - 1 - i) % 3 === 0 })),
    ),
    h(
      "details",
      { "data-key": `table-${title}` },
      h("summary", {}, "As a table"),
      figures(days, series),
    ),
  );
}

function column({ day, values }, series, { most, isNamed }) {
  const told = values.map((value, i) => `${value} ${series[i][0]}`).join(", ");
  return h(
    "div",
    { class: "day", title: `${short(day)}: ${told}` },
    h(
      "div",
      { class: "two" },
      values.map((value, i) => bar(value / most, series[i][1])),
    ),
    h("span", { class: "when" }, isNamed ? short(day) : ""),
  );
}

function bar(share, kind) {
  const made = h("span", { class: kind });
  made.style.height = `${share ? Math.max(1.5, share * 100) : 0}%`;
  return made;
}

function short(day) {
  const date = new Date(`${day}T12:00:00Z`);
  return date.toLocaleDateString("en", { day: "numeric", month: "short", timeZone: "UTC" });
}

function figures(days, series) {
  const headings = ["Day", ...series.map(([label]) => ({ label, class: "number" }))];
  const rows = [...days]
    .reverse()
    .map(({ day, values }) => [short(day), ...values.map((value) => value.toLocaleString("en"))]);
  return table(headings, rows, "The same figures");
}
