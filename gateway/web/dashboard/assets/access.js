// Where messages to a channel go, what they are signed with, and how to change either.

import { call } from "./api.js";
import { button, confirm, copyable, facts, h, note, notice, time } from "./dom.js";

const DAY = 86_400;

/** The address and the secret of a channel; `changed` is called after a change. A new channel has a `lead`. */
export function access(channel, changed, lead = null) {
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Address and secret"),
    lead,
    facts([
      ["URL", copyable(channel.webhookUrl)],
      channel.previousTokenExpiresAt ? ["URL of before", h("span", {}, "counts until ", time(channel.previousTokenExpiresAt))] : null,
      ["Signing secret", secret(channel)],
    ]),
    lead ? null : h(
      "div",
      { class: "actions" },
      button("New URL", () => renew(channel, "regenerate-token", "URL", changed)),
      button("New secret", () => renew(channel, "regenerate-secret", "signing secret", changed)),
      channel.previousTokenExpiresAt ? button("End the overlap now", () => endOverlap(channel, changed)) : null,
    ),
    channel.channelType === "custom_webhook" ? h("details", { open: lead !== null }, h("summary", {}, "Write to it from a shell"), sample(channel)) : null,
  );
}

/** The signing secret, asked for only when somebody wants to see it: each look is noted. */
export function secret(channel) {
  const place = h("span", { class: "copyable" });
  const look = button("Show the secret", async () => {
    const { secretKey } = await call("GET", `/webhooks/${channel.id}/secret`);
    place.replaceChildren(copyable(secretKey));
  }, { kind: "small" });
  place.append(h("code", { class: "value" }, "•".repeat(16)), look);
  return place;
}

async function renew(channel, path, what, changed) {
  const title = `Make a new ${what}?`;
  const text = `The ${what} of now goes on to count for a day, so that nothing is lost while you give the new one to whoever uses it.`;
  if (!(await confirm(title, text, { action: `Make a new ${what}` }))) {
    return;
  }
  await call("POST", `/webhooks/${channel.id}/${path}`, { body: { overlapSeconds: DAY } });
  notice(`The channel has a new ${what}; the one of before counts for a day.`);
  changed();
}

async function endOverlap(channel, changed) {
  if (await confirm("End the overlap?", "Only the newest URL and signing secret count from now on.", { action: "End it", danger: true })) {
    await call("POST", `/webhooks/${channel.id}/end-overlap`);
    notice("Only the newest URL and secret count now.");
    changed();
  }
}

/** A line for a shell that writes to a channel as its settings ask for, once its secret was shown. */
export function sample(channel, done) {
  const auth = channel.verifier;
  if (auth !== "hmac" || channel.providerConfig.secretsSet.includes("hmacSecret")) {
    return written(channel, CREDENTIALS[auth]?.(channel.providerConfig) ?? null);
  }
  const place = h("div", {});
  place.append(
    h("p", {}, "A line for a shell that posts a signed message. It contains the channel's secret."),
    button("Show the line", async () => {
      const { secretKey } = await call("GET", `/webhooks/${channel.id}/secret`);
      place.replaceChildren(written(channel, signed(secretKey)));
      done?.();
    }),
  );
  return place;
}

const BODY = '{"content": "Please send the report to Dana by Friday", "senderIdentifier": "me@example.org"}';

const CREDENTIALS = {
  none: () => ({ before: "", header: "" }),
  bearer: () => ({ before: "TOKEN='the token that you set'\n", header: ' \\\n  -H "Authorization: Bearer $TOKEN"' }),
  api_key: (config) => ({ before: "TOKEN='the key that you set'\n", header: ` \\\n  -H "${config.authHeader ?? "X-API-Key"}: $TOKEN"` }),
  hmac: () => ({ ...signed("the secret that you set") }),
};

function signed(key) {
  return {
    before: `SIGNATURE=$(printf %s "$BODY" | openssl dgst -sha256 -hmac '${key}' | sed 's/.* //')\n`,
    header: ' \\\n  -H "X-Webhook-Signature: sha256=$SIGNATURE"',
  };
}

function written(channel, credentials) {
  if (credentials === null) {
    return note("info", "Post a message to the URL as its sender does.");
  }
  const line = `BODY='${BODY}'\n${credentials.before}curl -sS '${channel.webhookUrl}' -d "$BODY" \\\n  -H 'Content-Type: application/json'${credentials.header}`;
  return h("div", { class: "sample" }, h("pre", { tabindex: "0" }, line), copyLine(line));
}

function copyLine(line) {
  const copied = copyable(line, { label: "Copy the line" });
  copied.firstChild.remove();
  return copied;
}
