// Does what a person asked for, and says how it went.
import { ApiError } from "./api.js";
import { notice } from "./dom.js";

// What a call answers, and null where the token may not make it: the rest is shown all the same.
export async function allowed(asked) {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}

// `done` does it and returns what to say. A refusal of the gateway is told; a bug is not hidden.
export async function act(done) {
  try {
    notice(await done(), "good");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 401) notice(error.message, "bad");
  }
}
