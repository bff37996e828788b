// Signs and checks with Twilio's own SDK what is told on standard input.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const twilio = createRequire(import.meta.url)("twilio");
const told = JSON.parse(readFileSync(0, "utf8"));
const answers = told.map(({ token, url, params, body, signature }) => ({
  signature: twilio.getExpectedTwilioSignature(token, url, params),
  accepts: body === null
    ? twilio.validateRequest(token, signature, url, params)
    : twilio.validateRequestWithBody(token, signature, url, body),
}));
console.log(JSON.stringify(answers));
