// Makes calls through one link of the real @trpc/client, and prints what each came to. Standard input
// lists steps: the calls of one step are made at once, the steps one after the other.
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink } from "@trpc/client";
import superjson from "superjson";

const { origin, token, link, options, steps } = JSON.parse(await text(process.stdin));

const LINKS = {
  single: () => httpLink(at("/trpc")),
  batch: () => httpBatchLink(at("/trpc")),
  stream: () => httpBatchStreamLink(at("/trpc")),
  superjson: () => httpLink({ ...at("/trpc-superjson"), transformer: superjson }),
  superjsonBatch: () => httpBatchLink({ ...at("/trpc-superjson"), transformer: superjson }),
};

function at(path) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return { url: origin + path, headers, ...options };
}

async function text(stream) {
  let all = "";
  for await (const part of stream) all += part;
  return all;
}

function noteDates(value) {
  if (value instanceof Date) return { date: value.toISOString() };
  if (Array.isArray(value)) return value.map(noteDates);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, noteDates(item)]));
}

const client = createTRPCClient({ links: [LINKS[link]()] });

async function made({ name, kind, input }) {
  const procedure = name.split(".").reduce((found, step) => found[step], client);
  try {
    const data = await procedure[kind](input);
    return { data: noteDates(data) };
  } catch (error) {
    return { failed: error.name, message: error.message, data: error.data };
  }
}

const all = [];
for (const step of steps) all.push(...(await Promise.all(step.map(made))));
console.log(JSON.stringify(all));
