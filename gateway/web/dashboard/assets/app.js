// Which view stands behind which address, who is signed in, and the frame around both.

import { session } from "./api.js";
import { h, note, tick } from "./dom.js";
import { signIn } from "./views/signin.js";

// `place` puts a route into the navigation; `within` says under which place a view belongs.
const ROUTES = [
  { path: "#/", view: "overview", place: "Overview" },
  { path: "#/messages", view: "messages", place: "Messages" },
  { path: "#/messages/:id", view: "message", within: "#/messages" },
  { path: "#/conversations", view: "conversations", place: "Conversations" },
  { path: "#/conversations/:id", view: "conversation", within: "#/conversations" },
  { path: "#/tasks", view: "tasks", place: "Tasks" },
  { path: "#/tasks/:id", view: "task", within: "#/tasks" },
  { path: "#/deliveries", view: "deliveries", place: "Deliveries" },
  { path: "#/deliveries/:id", view: "delivery", within: "#/deliveries" },
  { path: "#/replays", view: "replays", within: "#/deliveries" },
  { path: "#/channels", view: "channels", place: "Channels" },
  { path: "#/channels/new", view: "new", within: "#/channels" },
  { path: "#/channels/:id", view: "channel", within: "#/channels" },
  { path: "#/channels/:id/start", view: "start", within: "#/channels" },
  { path: "#/channels/:id/settings", view: "settings", within: "#/channels" },
  { path: "#/channels/:id/try", view: "try", within: "#/channels" },
];
const START = ROUTES[0].path;

const main = document.getElementById("main");
const places = document.getElementById("places");
const menu = document.getElementById("menu");
let shown = 0;

function found(hash) {
  const [path, query = ""] = hash.split("?");
  const steps = path.split("/");
  for (const route of ROUTES) {
    const wanted = route.path.split("/");
    const fits = wanted.length === steps.length && wanted.every((step, i) => step === steps[i] || (step[0] === ":" && steps[i]));
    if (fits) {
      const named = wanted.map((step, i) => [step, steps[i]]).filter(([step]) => step[0] === ":");
      const params = Object.fromEntries(named.map(([step, value]) => [step.slice(1), decoded(value)]));
      return { route, params: { ...params, query: new URLSearchParams(query) } };
    }
  }
  return null;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function go() {
  if (!session.token) {
    frame(null);
    signIn(fresh(), go);
    return;
  }
  const place = found(location.hash);
  if (place === null) {
    location.replace(START);
    return;
  }
  frame(place.route);
  await show(place);
}

async function show({ route, params }) {
  const turn = ++shown;
  const root = fresh();
  root.setAttribute("aria-busy", "true");
  try {
    const view = await import(`./views/${route.view}.js`);
    await view.show(root, params);
  } catch (error) {
    if (error.status === 401) {
      return;
    }
    root.replaceChildren(h("h1", {}, error.status === 404 ? "Not found" : "This cannot be shown"), failed(error));
  }
  root.removeAttribute("aria-busy");
  if (turn === shown) {
    arrive(root);
  }
}

function failed(error) {
  const id = error.requestId ? h("p", { class: "quiet" }, "Request ", h("code", {}, error.requestId)) : null;
  return note("bad", h("p", {}, error.message), id, h("button", { type: "button", onclick: go }, "Try again"));
}

// Whoever uses a keyboard or a screen reader is taken to the new page's heading.
function arrive(root) {
  const heading = root.querySelector("h1");
  document.title = heading ? `${heading.textContent} · Integration Gateway` : "Integration Gateway";
  if (heading && !root.contains(document.activeElement)) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  window.scrollTo(0, 0);
}

function fresh() {
  const root = h("div", { class: "view" });
  main.replaceChildren(root);
  return root;
}

function frame(route) {
  const isIn = route !== null;
  document.body.classList.toggle("in", isIn);
  places.hidden = menu.hidden = !isIn;
  unfold(false);
  if (isIn) {
    const here = route.within ?? route.path;
    places.replaceChildren(
      h("ul", {}, ROUTES.filter((one) => one.place).map((one) => h("li", {}, link(one, one.path === here)))),
      h(
        "ul",
        { class: "apart" },
        h("li", {}, h("a", { href: "../api/v1/docs" }, "API reference")),
        h("li", {}, h("button", { type: "button", class: "plain", onclick: signOut }, "Sign out")),
      ),
    );
  }
}

function link(route, isHere) {
  return h("a", { href: route.path, "aria-current": isHere ? "page" : null }, route.place);
}

function unfold(isOpen) {
  menu.setAttribute("aria-expanded", String(isOpen));
  document.body.classList.toggle("unfolded", isOpen);
}

function signOut() {
  session.close();
  shown++;
  history.replaceState(null, "", "#/");
  go();
}

menu.addEventListener("click", () => unfold(menu.getAttribute("aria-expanded") !== "true"));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener("hashchange", go);
window.addEventListener("signed-out", (event) => {
  shown++;
  frame(null);
  signIn(fresh(), go, event.detail);
});
setInterval(tick, 20_000);
go();
