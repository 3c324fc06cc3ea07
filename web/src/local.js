// The graph in the reader's own browser, for copies of the site that no server answers for. Fetched when first asked.
import init, { namedNode, Store } from "oxigraph/web.js";
import { named } from "./reading.js";

let loading = null;

async function load(address) {
  await init({ module_or_path: new URL("oxigraph.wasm", import.meta.url) });
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  const store = new Store();
  store.load(await response.text(), { format: "application/n-quads" });
  return store;
}

async function stored(address) {
  loading ??= load(address);
  try { return await loading; } catch (error) { loading = null; throw error; }
}

/** Return what things are called in the data at *address*, `{ text, lang }` by IRI; see `named`. */
export async function names(iris, address, reading) {
  return named(iris, await stored(address), reading, namedNode);
}

/** Return what the data at *address* answer to *query*: `{ type, text }`, in the same formats as a server's. */
export async function answer(query, address, prefixes) {
  const store = await stored(address);
  const isGraph = /^\s*(?:(?:prefix|base)[^\n]*\n\s*|#[^\n]*\n\s*)*(construct|describe)\b/i.test(query);
  const format = isGraph ? "text/turtle" : "application/sparql-results+json";
  // On one line, so that the lines of an error are those of the reader's text.
  const declared = Object.entries(prefixes).map(([name, base]) => `PREFIX ${name}: <${base}> `).join("");
  const text = store.query(declared + query, { results_format: format, use_default_graph_as_union: true });
  return { type: format, text };
}
