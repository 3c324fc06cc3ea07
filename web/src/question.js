// A canned question asked in the reader's own browser, for copies of the site that no server answers for.
import { bound } from "./bind.js";
import { answer, names, stop } from "./local.js";
import { worded } from "./reading.js";
import { notice, running, shown, table } from "./table.js";

const form = document.querySelector("form.question");
const question = JSON.parse(document.getElementById("question-data").textContent);
const section = document.getElementById("answer-section");
const title = section.querySelector("h2");
const words = question.words;
let asked = 0;

function values() {
  const found = {};
  for (const [name, value] of new FormData(form)) (found[name] ??= []).push(value);
  return found;
}

async function ask(given) {
  const own = ++asked;
  section.setAttribute("aria-busy", "true");
  section.replaceChildren(title, running(words, () => stop(words.stopped)));
  try {
    const query = bound(question, given);
    const { text } = await answer(query, question.data, question.prefixes, words);
    const rows = JSON.parse(text).results.bindings;
    title.querySelector(".count").textContent = rows.length;
    follow(query);
    const columns = question.columns.filter(({ source, label }) => rows.some((row) => row[source] ?? row[label]));
    const called = await names(things(columns, rows), question.data, question.reading, words);
    const read = (row, column) => cell(row, column, called);
    const box = rows.length ? table(columns, rows, read, words.answer) : notice(words.none);
    box.querySelector("table")?.classList.add("asked");
    section.replaceChildren(title, box);
  } catch (error) {
    if (own !== asked) return; // something else was asked meanwhile
    section.replaceChildren(title, notice(error.message ?? String(error), true));
  }
  section.removeAttribute("aria-busy");
}

/** Let what stands below the answer speak of it, too, and hide what was written for the example alone. */
function follow(query) {
  for (const element of document.querySelectorAll("[data-example]")) element.hidden = true;
  const link = document.getElementById("permalink");
  if (link) link.textContent = link.href = location.href;
  const shown = document.querySelector("#sparql code");
  if (shown) shown.textContent = query;
  const editor = document.getElementById("open-in-editor");
  if (editor) editor.hash = `query=${encodeURIComponent(query)}`;
}

/** The IRIs of a field: the one it names, or those that the query has joined with spaces, whose labels it joins, too. */
function iris(row, { source, label }) {
  const term = row[source];
  if (term?.type === "uri") return [term.value];
  return term && label && row[label] ? term.value.split(/\s+/).filter(Boolean) : [];
}

function things(columns, rows) {
  return new Set(rows.flatMap((row) => columns.flatMap((column) => iris(row, column))));
}

function cell(row, column, called) {
  const { source, label, kind } = column;
  const term = row[source] ?? row[label];
  if (!term) return null;
  if (kind === "words") {
    const words = document.createElement("q");
    words.className = "words";
    words.textContent = term.value;
    return words;
  }
  const things = iris(row, column);
  if (things.length) {
    const code = label?.endsWith("_code") && row[label] ? { text: row[label].value } : null;
    return listed(things.map((value) => shown({ type: "uri", value }, question, code ?? called.get(value))));
  }
  const own = question.own[row[source] ? source : label]; // what the query itself puts there
  if (own && term["xml:lang"] === "en" && Object.hasOwn(own, term.value)) return document.createTextNode(own[term.value]);
  return shown(term.type === "literal" ? { ...term, value: worded(term, question.reading) } : term, question);
}

function listed(nodes) {
  const list = document.createDocumentFragment();
  for (const [place, node] of nodes.entries()) list.append(...(place ? [", ", node] : [node]));
  return list;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.replaceState(null, "", `?${new URLSearchParams(new FormData(form))}`);
  ask(values());
});

// A permanent link to other values: the page was written for one set of them, and asks again for these.
const given = new URLSearchParams(location.search);
const named = question.parameters.filter(({ name }) => given.has(name));
if (named.length) {
  for (const { name } of named) {
    for (const field of form.elements) {
      if (field.name !== name) continue;
      if (field.type === "checkbox") field.checked = given.getAll(name).includes(field.value);
      else field.value = given.get(name);
    }
  }
  // What the address says counts, even where the form has no such choice: then that is said.
  ask({ ...values(), ...Object.fromEntries(named.map(({ name }) => [name, given.getAll(name)])) });
}
