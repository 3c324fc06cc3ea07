// The query page: an editor that knows SPARQL and the terms of the graph, and answers without leaving the page.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { notice, running, shown, table } from "./table.js";

const form = document.getElementById("sparql-form");
const field = document.getElementById("query");
const results = document.getElementById("results");
const vocabulary = JSON.parse(document.getElementById("vocabulary").textContent);
const KEYWORDS = ("SELECT DISTINCT WHERE FILTER OPTIONAL UNION VALUES BIND AS ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC " +
  "CONSTRUCT ASK DESCRIBE PREFIX GRAPH MINUS EXISTS NOT COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT COALESCE STR LANG " +
  "CONTAINS STRSTARTS REGEX LCASE").split(" ");

/** Terms after their prefix, else prefixes, keywords and the variables that stand in the text. */
function complete(context) {
  const word = context.matchBefore(/[?$]?[\w-]*(?::[\w-]*)?/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  if (word.text.includes(":")) return { from: word.from, options: vocabulary.terms.map(option), validFor: /^[\w-]*:[\w-]*$/ };
  if (/^[?$]/.test(word.text)) {
    const names = new Set(context.state.doc.toString().match(/[?$]\w+/g) ?? []);
    names.delete(word.text);
    return { from: word.from, options: [...names].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
  }
  const prefixes = Object.keys(vocabulary.prefixes).map((name) => ({ label: `${name}:`, type: "namespace" }));
  const keywords = KEYWORDS.map((label) => ({ label, type: "keyword" }));
  return { from: word.from, options: [...keywords, ...prefixes, ...vocabulary.terms.map(option)], validFor: /^[\w-]*$/ };
}

const option = ([label, name, kind]) => ({ label, detail: name, type: kind });

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ink)", background: "var(--accent-soft)" },
  { tag: [tags.variableName, tags.local(tags.variableName)], color: "var(--ink)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.atom, tags.standard(tags.variableName)], color: "var(--ink)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--card)", fontSize: ".92rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "18rem", maxHeight: "60vh", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--quiet)", borderRight: "1px solid var(--line)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { backgroundColor: "var(--accent-soft) !important" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--edge)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: ".8" },
});

/** Typing over a selection: left to the browser, it would wrap the text in an inline style, which the policy forbids. */
function overwrite(event, view) {
  if (event.inputType !== "insertText" || !event.data || view.state.selection.main.empty) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type" });
  return true;
}

// In a shadow root the editor adopts a style sheet, and needs no style element that the policy would have to allow.
const host = document.createElement("div");
host.className = "editor";
field.before(host);
const editor = new EditorView({
  root: host.attachShadow({ mode: "open" }),
  parent: host.shadowRoot,
  state: EditorState.create({
    doc: field.value,
    extensions: [
      lineNumbers(), history(), bracketMatching(), StreamLanguage.define(sparql), syntaxHighlighting(colours), look,
      autocompletion({ override: [complete] }), placeholder("SELECT …"), EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": form.dataset.label, "aria-describedby": "editor-help" }),
      keymap.of([{ key: "Mod-Enter", run: () => { form.requestSubmit(); return true; } },
        ...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
      EditorView.domEventHandlers({ beforeinput: overwrite }),
      EditorView.updateListener.of((update) => { if (update.docChanged) field.value = update.state.doc.toString(); }),
    ],
  }),
});

function show(text) {
  editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
}

function fromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("query");
  if (given) show(given);
}
addEventListener("hashchange", fromAddress);
fromAddress();

document.getElementById("editor-help").hidden = false;
const examples = document.getElementById("examples");
for (const element of document.querySelectorAll("form.examples, form.examples button")) element.hidden = element !== examples?.form;
examples?.addEventListener("change", () => {
  const chosen = document.getElementById(`example-${examples.value}`);
  if (chosen) show(JSON.parse(chosen.textContent)[0]);
});

let asked = 0;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const own = ++asked;
  results.setAttribute("aria-busy", "true");
  say(form.dataset.running);
  const started = performance.now();
  try {
    const found = await ask(field.value);
    draw(found, (performance.now() - started) / 1000);
  } catch (error) {
    if (own !== asked) return; // something else was asked meanwhile
    say(error.message || form.dataset.failed, "alert");
  }
  results.removeAttribute("aria-busy");
});

async function ask(query) {
  if (form.dataset.local) {
    const { answer, stop } = await import("./local.js");
    results.replaceChildren(running(form.dataset, () => stop(form.dataset.stopped)));
    return answer(query, form.dataset.local, vocabulary.prefixes, form.dataset);
  }
  const response = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9" },
    body: new URLSearchParams({ query }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(readable(text) || `${response.status} ${response.statusText}`);
  return { type: response.headers.get("Content-Type") ?? "", text };
}

/** What a problem document (RFC 9457) or a plain text says. */
function readable(text) {
  try { const problem = JSON.parse(text); return problem.detail || problem.title || text; } catch { return text; }
}

function say(text, kind = "") {
  results.replaceChildren(notice(text, kind === "alert"));
}

function draw({ type, text }, seconds) {
  if (!type.includes("json")) {
    const box = document.createElement("pre");
    box.tabIndex = 0;
    box.textContent = text;
    results.replaceChildren(box);
    return;
  }
  const found = JSON.parse(text);
  if ("boolean" in found) { say(found.boolean ? form.dataset.true : form.dataset.false); return; }
  const rows = found.results.bindings;
  const line = document.createElement("p");
  line.className = "quiet";
  const exact = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const taken = seconds.toLocaleString(document.documentElement.lang, exact);
  line.textContent = form.dataset.answered.replace("{rows}", rows.length).replace("{seconds}", taken);
  const place = { ...form.dataset, prefixes: vocabulary.prefixes };
  const columns = found.head.vars.map((name) => ({ title: name, name }));
  const cell = (row, { name }) => row[name] && shown(row[name], place);
  results.replaceChildren(line, table(columns, rows.slice(0, 1000), cell, form.dataset.results));
}
