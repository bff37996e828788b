// JSON schemas as a form reads them: references followed, "or null" taken apart, words for people.

/** `schema` with its references followed; `isNullable` where null is allowed beside one other shape. */
export function resolved(schema, root) {
  let found = schema;
  for (let step = 0; found.$ref && step < 20; step++) {
    const { $ref, ...own } = found;
    found = { ...at(root, $ref), ...own };
  }
  if (found.allOf?.length === 1) {
    const { allOf, ...own } = found;
    return resolved({ ...allOf[0], ...own }, root);
  }
  const shapes = found.anyOf ?? found.oneOf;
  if (!shapes) {
    return found;
  }
  const others = shapes.filter((shape) => shape.type !== "null");
  const { anyOf, oneOf, ...own } = found;
  const isNullable = others.length < shapes.length;
  return others.length === 1
    ? { ...resolved({ ...others[0], ...own }, root), isNullable }
    : { ...own, anyOf: others.map((shape) => resolved(shape, root)), isNullable };
}

function at(root, reference) {
  const steps = reference.replace(/^#\/?/, "").split("/").filter(Boolean);
  return steps.reduce((place, step) => place?.[step.replaceAll("~1", "/").replaceAll("~0", "~")], root) ?? {};
}

/** Which kind of input asks for it. */
export function kindOf(schema) {
  if (schema.enum || schema.const !== undefined) {
    return "choice";
  }
  if (schema.anyOf) {
    return "either";
  }
  if (schema.type === "string") {
    return ofText(schema);
  }
  if (schema.type === "array") {
    return ofList(schema.items ?? {});
  }
  if (schema.type === "object") {
    return schema.properties ? "group" : schema.additionalProperties?.type === "string" ? "map" : "json";
  }
  return { boolean: "check", integer: "number", number: "number" }[schema.type] ?? "json";
}

function ofText(schema) {
  if (schema.writeOnly || schema.format === "password") {
    return "secret";
  }
  return schema.format !== "uri" && schema.maxLength > 2000 ? "long" : "text";
}

function ofList(items) {
  if (items.enum) {
    return "several";
  }
  return ["string", "number", "integer"].includes(items.type) ? "lines" : "json";
}

/** What a field is called: its title, or its name in words where the title is but the name run together. */
export function titleOf(name, schema) {
  if (schema.title && schema.title.toLowerCase() !== name.toLowerCase()) {
    return schema.title;
  }
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function equal(one, other) {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value) {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
  }
  return value;
}

/** What turns `before` into `after` as JSON Merge Patch (RFC 7396) says. */
export function patch(before, after) {
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  if (!isObject(before) || !isObject(after)) {
    return after;
  }
  const changes = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!(name in after)) {
      changes[name] = null;
    } else if (!equal(before[name], after[name])) {
      changes[name] = patch(before[name], after[name]);
    }
  }
  return changes;
}
