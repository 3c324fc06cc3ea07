// The graph in a worker of its own: what takes long there leaves the page usable, and can be ended. See local.js.
import init, { namedNode, Store } from "oxigraph/web.js";
import { named } from "./reading.js";

let store = null;

async function load({ address }) {
  if (store) return;
  await init({ module_or_path: new URL("oxigraph.wasm", import.meta.url) });
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  const filled = new Store();
  filled.load(await response.text(), { format: "application/n-quads" });
  store = filled;
}

function answer({ query, prefixes }) {
  const isGraph = /^\s*(?:(?:prefix|base)[^\n]*\n\s*|#[^\n]*\n\s*)*(construct|describe)\b/i.test(query);
  const format = isGraph ? "text/turtle" : "application/sparql-results+json";
  // On one line, so that the lines of an error are those of the reader's text.
  const declared = Object.entries(prefixes).map(([name, base]) => `PREFIX ${name}: <${base}> `).join("");
  try {
    return { type: format, text: store.query(declared + query, { results_format: format, use_default_graph_as_union: true }) };
  } catch (error) {
    const text = error.message ?? String(error);
    throw new Error(text.replace(/^(error at 1:)(\d+)/, (_, start, column) => start + (column - declared.length)));
  }
}

const tasks = { load, answer, names: ({ iris, reading }) => named(iris, store, reading, namedNode) };

addEventListener("message", async ({ data: { task, given } }) => {
  try {
    postMessage({ result: await tasks[task](given) });
  } catch (error) {
    postMessage({ error: error.message ?? String(error) });
  }
});
