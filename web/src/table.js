// Answers as tables, and terms as text and links.

/**
 * A term as text; http and https IRIs as links, and nothing else as a link. `place` has base, root and prefixes, and the
 * `label`, where there is one, a text and perhaps a language.
 */
export function shown(term, place, label = null) {
  if (term.type !== "uri") {
    const text = document.createElement("span");
    text.textContent = term.type === "bnode" ? `_:${term.value}` : term.value;
    if (term["xml:lang"]) text.lang = term["xml:lang"];
    return text;
  }
  const text = label?.text ?? shortened(term.value, place.prefixes);
  if (!/^https?:\/\//.test(term.value)) return document.createTextNode(text);
  const link = document.createElement("a");
  const ours = term.value.startsWith(place.base);
  link.href = ours ? place.root + term.value.slice(place.base.length) : term.value;
  link.textContent = text;
  link.title = term.value;
  if (label?.lang) link.lang = label.lang;
  if (!ours) link.rel = "external nofollow noopener";
  return link;
}

function shortened(iri, prefixes) {
  const known = Object.entries(prefixes).filter(([, base]) => iri.startsWith(base));
  const [prefix, base] = known.sort((a, b) => b[1].length - a[1].length)[0] ?? [null, ""];
  return prefix === null ? iri : `${prefix}:${iri.slice(base.length)}`;
}

/** A table of rows: `columns` have a title, and `cell(row, column)` gives what stands in each field, or null. */
export function table(columns, rows, cell, label) {
  const box = document.createElement("div");
  box.className = "scroll answer";
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", label);
  const made = box.appendChild(document.createElement("table"));
  const head = made.createTHead().insertRow();
  for (const column of columns) {
    const title = head.appendChild(document.createElement("th"));
    title.scope = "col";
    title.textContent = column.title;
  }
  for (const row of rows) {
    const line = made.createTBody().insertRow(); // on a phone each body is a card
    for (const column of columns) {
      const field = line.insertCell();
      field.dataset.title = column.title;
      const found = cell(row, column);
      if (found) field.append(found);
    }
  }
  return box;
}

/** A notice that something is under way, with a button that ends it. */
export function running(words, stop) {
  const line = notice(words.running);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.stop;
  button.addEventListener("click", stop);
  line.append(" ", button);
  return line;
}

/** A notice, read aloud where it says that something went wrong. */
export function notice(text, alert = false) {
  const line = document.createElement("p");
  line.className = alert ? "notice alert" : "notice";
  if (alert) line.setAttribute("role", "alert");
  line.textContent = text;
  return line;
}
