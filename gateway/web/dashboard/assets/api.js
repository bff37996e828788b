// The management API, by the token that the person signed in with. Nothing else of the server is used.

// Beside the dashboard, whatever path a proxy has put in front of both.
const ROOT = new URL("../api/v1", import.meta.url).pathname;
const KEY = "gateway-token";

/** A refusal of the API, or none at all (`status` 0): `message` is for a person. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.fields = error.fields ?? [];
    this.attempt = error.attempt ?? null;
    this.requestId = error.requestId ?? null;
  }
}

export const session = {
  get token() {
    return sessionStorage.getItem(KEY);
  },
  open(token) {
    sessionStorage.setItem(KEY, token);
  },
  close() {
    sessionStorage.removeItem(KEY);
  },
};

/** Makes a call and returns what it answers. Throws `ApiError`. */
export async function call(method, path, { query, body, ifMatch } = {}) {
  const response = await send(method, path, { query, body, ifMatch });
  return response.status === 204 ? null : response.json();
}

/** One page of a list: `{items, nextCursor}`. Give `nextCursor` as `cursor` for the next one. */
export function page(path, query) {
  return call("GET", path, { query });
}

/** What the API says of itself, as OpenAPI: the shapes of everything that it takes. */
export async function described() {
  return (await send("GET", "/openapi.json", {})).json();
}

/** The bytes of a file, such as `/media/1`. Throws `ApiError`. */
export async function download(path) {
  return (await send("GET", path, {})).blob();
}

async function send(method, path, { query, body, ifMatch }) {
  const headers = { Authorization: `Bearer ${session.token ?? ""}` };
  const options = { method, headers, cache: "no-store", credentials: "omit" };
  if (method === "POST") {
    headers["Idempotency-Key"] = newKey();
  }
  if (ifMatch !== undefined) {
    headers["If-Match"] = `"${ifMatch}"`;
  }
  if (method === "POST" || method === "PATCH") {
    headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body ?? {});
  }
  const response = await reach(`${ROOT}${path}${asked(query)}`, options);
  if (!response.ok) {
    throw await refusal(response);
  }
  return response;
}

// A lost answer is asked for once more: the key makes sure that the call is carried out once.
async function reach(url, options) {
  try {
    return await fetch(url, options);
  } catch {
    if (options.method === "PATCH" || options.method === "DELETE") {
      throw unreachable();
    }
  }
  try {
    return await fetch(url, options);
  } catch {
    throw unreachable();
  }
}

function unreachable() {
  return new ApiError(0, {
    code: "UNREACHABLE",
    message: "The gateway does not answer. See whether it runs, then try again.",
  });
}

async function refusal(response) {
  let error;
  try {
    error = (await response.json()).error;
  } catch {
    error = { code: "UNREADABLE", message: `The gateway answered ${response.status}.` };
  }
  if (response.status === 401) {
    session.close();
    window.dispatchEvent(new CustomEvent("signed-out", { detail: error.message }));
  }
  return new ApiError(response.status, error);
}

function asked(query) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

// crypto.randomUUID is there on https and localhost only; the gateway may be neither.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
