// Does what a person asked for, and says how it went.
import { ApiError } from "./api.js";
import { notice } from "./dom.js";

// `done` does it and returns what to say. A refusal of the gateway is told; a bug is not hidden.
export async function act(done) {
  try {
    notice(await done(), "good");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 401) notice(error.message, "bad");
  }
}
