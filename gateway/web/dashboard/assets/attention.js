// What needs a person, gathered from the lists of the API.
import { allowed } from "./acts.js";
import { call, page } from "./api.js";
import { pages } from "./lists.js";
import { count } from "./words.js";

const MOST = 50;
const LATELY_MS = 7 * 24 * 3600 * 1000;

// Resolves to what needs attention, gravest first, and to whether all could be asked.
export async function attention(known, now) {
  const active = [...known.values()].filter((channel) => channel.isActive);
  const asked = [
    ...active.map((channel) => endpoint(channel)),
    dead(now),
    ...["quarantined", "failed"].map((status) => held(known, status)),
    plugins(),
    proposals(),
    late(now),
    paused(),
  ];
  const found = await Promise.all(asked.map(allowed));
  return {
    needs: found.flat().filter(Boolean),
    isWhole: found.every((one) => one !== null),
  };
}

async function endpoint({ id, channelName }) {
  const found = await call("GET", `/webhooks/${id}/endpoint`);
  if (found.state === "healthy") return [];
  const waits = found.waiting
    ? `; ${count(found.waiting, "delivery waits", "deliveries wait")}`
    : "";
  const what = {
    failing: "fails",
    paused: "is paused since it fails",
    draining: "gets what waited",
    disabled: "is switched off since it failed for long",
  };
  return {
    tone: found.state === "draining" ? "info" : found.state === "disabled" ? "bad" : "warn",
    href: `#/channels/${id}`,
    title: `The endpoint of ${channelName} ${what[found.state] ?? found.state}${waits}`,
    more: found.reason,
  };
}

async function dead(now) {
  const since = new Date(now - LATELY_MS).toISOString();
  const { items, nextCursor } = await page("/deliveries", { status: "dead", since, limit: MOST });
  if (!items.length) return [];
  return {
    tone: "bad",
    href: "#/deliveries?state=dead",
    title: `${count(items.length, "delivery was", "deliveries were", nextCursor !== null)} given up in the last 7 days`,
    more: items[0].lastError,
  };
}

async function held(known, status) {
  const lists = await Promise.all([...known.keys()].map((id) => one(id, status)));
  const number = lists.reduce((sum, list) => sum + list.items.length, 0);
  if (!number) return [];
  const isMore = lists.some((list) => !list.isDone);
  const why = status === "failed" ? "could not be answered" : "in quarantine";
  return {
    tone: status === "failed" ? "bad" : "warn",
    href: `#/messages?state=${status}`,
    title: `${count(number, "message", "messages", isMore)} ${why}`,
    more: "Give each its turn again, or discard it.",
  };
}

async function one(id, status) {
  const source = pages(`/webhooks/${id}/messages`, { status }, MOST);
  return { items: await source.next(), isDone: source.isDone };
}

async function plugins() {
  const { items } = await call("GET", "/plugins");
  return items
    .filter((plugin) => plugin.problem)
    .map((plugin) => ({
      tone: "bad",
      href: null,
      title: `The plugin ${plugin.name} was not loaded`,
      more: plugin.problem,
    }));
}

async function proposals() {
  const { items, nextCursor } = await page("/proposals", { status: "pending", limit: MOST });
  if (!items.length) return [];
  return {
    tone: "info",
    href: "#/tasks",
    title: `${count(items.length, "proposal waits", "proposals wait", nextCursor !== null)} for a yes`,
    more: "Their people have been asked; you can answer for them.",
  };
}

async function late(now) {
  const dueBefore = new Date(now).toISOString();
  const { items, nextCursor } = await page("/tasks", { status: "pending", dueBefore, limit: MOST });
  if (!items.length) return [];
  return {
    tone: "warn",
    href: "#/tasks?due=late",
    title: `${count(items.length, "open task is", "open tasks are", nextCursor !== null)} late`,
    more: null,
  };
}

async function paused() {
  const { items, nextCursor } = await page("/conversations", { status: "paused", limit: MOST });
  if (!items.length) return [];
  return {
    tone: "info",
    href: "#/conversations?state=paused",
    title: `${count(items.length, "conversation is", "conversations are", nextCursor !== null)} paused`,
    more: "The assistant does not answer there until you resume them.",
  };
}
