// What a dashboard writes, checked by the TypeScript compiler against the served declarations.
import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client";
import superjson from "superjson";
import type { AppRouter, AppRouterSuperjson } from "./gateway";

const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: "/trpc" })] });

export async function rename(id: number): Promise<string> {
  const webhook = await client.webhooks.update.mutate({ id, channelName: "Shop" });
  const listed = await client.webhooks.list.query();
  const page = await client.webhooks.getMessages.query({ id, limit: 10 });
  const next = page.nextCursor;
  if (next !== null) await client.webhooks.getMessages.query({ id, cursor: next });
  const failed = await client.tasks.list.query({ status: "failed" });
  // @ts-expect-error: no such status
  await client.tasks.list.query({ status: "lost" });
  // @ts-expect-error: a name is text
  await client.webhooks.create.mutate({ channelType: "custom_webhook", channelName: 7 });
  // @ts-expect-error: a query is not a mutation
  await client.webhooks.list.mutate();
  // @ts-expect-error: no such procedure
  await client.webhooks.burn.mutate({ id });
  return [webhook.createdAt, listed.items[0]?.channelName, failed.items[0]?.title].join();
}

export function explain(error: unknown): string {
  if (error instanceof TRPCClientError) {
    const known: TRPCClientError<AppRouter> = error;
    return `${known.data?.gatewayCode} ${known.data?.fields.map((field) => field.pointer)}`;
  }
  return String(error);
}

const dated = createTRPCClient<AppRouterSuperjson>({
  links: [httpBatchLink({ url: "/trpc-superjson", transformer: superjson })],
});

export async function year(id: number): Promise<number> {
  const webhook = await dated.webhooks.get.query({ id });
  return webhook.createdAt.getFullYear();
}
