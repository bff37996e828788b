// The account's channels by their ids, as lists name them; also those that are switched off.
import { call } from "./api.js";

export async function channels() {
  const { items } = await call("GET", "/webhooks", { query: { includeInactive: true } });
  return new Map(items.map((channel) => [channel.id, channel]));
}

export function channelName(known, id) {
  if (id === null || id === undefined) return "no channel";
  return known.get(id)?.channelName ?? `channel ${id}`;
}
