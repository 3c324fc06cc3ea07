// The graph in the reader's own browser, for copies of the site that no server answers for. Fetched when first asked.
const SECONDS = 30; // after which a query is ended: nothing else would, and who asks has long stopped waiting

let worker = null;
let waiting = null; // how the one task that is under way is given up

/** Let the worker do a task, and return its result. */
function done(task, given) {
  worker ??= new Worker(new URL("engine.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    waiting = (reason) => { waiting = null; reject(new Error(reason)); };
    worker.onmessage = ({ data }) => {
      waiting = null;
      if (data.error) reject(new Error(data.error));
      else resolve(data.result);
    };
    worker.onerror = (event) => stop(event.message || "engine.js");
    worker.postMessage({ task, given });
  });
}

/** End the task that is under way, and say why; the data are read anew when something is asked next. */
export function stop(reason) {
  if (!waiting) return;
  worker.terminate();
  worker = null;
  waiting(reason);
}

async function inTime(task, given, address, words) {
  await done("load", { address });
  const clock = setTimeout(() => stop(words.ended.replace("{seconds}", SECONDS)), SECONDS * 1000);
  try { return await done(task, given); } finally { clearTimeout(clock); }
}

/** Return what things are called in the data at *address*, `{ text, lang }` by IRI; see `named` in reading.js. */
export function names(iris, address, reading, words) {
  return inTime("names", { iris, reading }, address, words);
}

/**
 * Return what the data at *address* answer to *query*: `{ type, text }`, in the same formats as a server's. Whatever was
 * asked before is given up. *words* has what is said of a query that was `stopped`, or `ended` since it took too long.
 */
export function answer(query, address, prefixes, words) {
  stop(words.stopped);
  return inTime("answer", { query, prefixes }, address, words);
}
