// What a reader sees of a term, as the pages of a server show it: names in the reader's language, dates and numbers in words.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float"].map((name) => XSD + name));
const DATES = new Set(["date", "dateTime", "gYearMonth", "gYear"].map((name) => XSD + name));

/** The best name of each IRI in a `store`, `{ text, lang }`: by language, then by the property that gives it. The last
 * of these properties holds words of a source, which are set in quotation marks. */
export function named(iris, store, { lang, names }, node) {
  const found = new Map();
  for (const iri of iris) {
    const labels = names.flatMap((name, rank) =>
      store.match(node(iri), node(name), null, null).map(({ object }) => object)
        .filter(({ termType, value }) => termType === "Literal" && value.trim())
        .map((label) => ({ text: label.value, lang: label.language, rank, far: distance(label.language, lang) })));
    const [best] = labels.sort((a, b) => a.far - b.far || a.rank - b.rank || compared(a.text, b.text));
    if (!best) continue;
    const text = best.rank === names.length - 1 ? quoted(best.text) : best.text;
    found.set(iri, { text, lang: best.lang === lang ? "" : best.lang });
  }
  return found;
}

/** Words in quotation marks: marks of their own become single, and words in a pair of them already get no others. */
function quoted(text) {
  if (/^“[^“]*”$/u.test(text)) return text;
  return `“${text.replaceAll("“", "‘").replaceAll("”", "’")}”`;
}

/** How far a language is from the reader's: the same, English, none, another. */
function distance(language, own) {
  if (!language) return 2;
  const short = language.split("-")[0].toLowerCase();
  return short === own ? 0 : short === "en" ? 1 : 3;
}

/** By code points, as the toolkit sorts; a comparison of strings here would be one of UTF-16 units. */
function compared(a, b) {
  const [left, right] = [[...a], [...b]].map((text) => text.map((letter) => letter.codePointAt(0)));
  const place = left.findIndex((letter, i) => letter !== right[i]);
  return place < 0 ? left.length - right.length : left[place] - (right[place] ?? -1);
}

/** A literal of a JSON answer in words. */
export function worded({ value, datatype }, reading) {
  if (NUMBERS.has(datatype)) return number(value, reading.lang);
  if (DATES.has(datatype)) return date(value, reading);
  if (datatype === `${XSD}boolean`) return reading[["true", "1"].includes(value) ? "yes" : "no"];
  const days = datatype === `${XSD}dayTimeDuration` && /^P(\d+)D$/.exec(value);
  return days ? `${number(days[1], reading.lang)} ${reading.days[Number(days[1]) === 1 ? 0 : 1]}` : value;
}

/** Numbers of four digits take no separator in Spanish. */
function number(text, lang) {
  if (!/^-?\d+$/.test(text)) return lang === "es" ? text.replace(".", ",") : text;
  if (lang === "es" && text.replace("-", "").length < 5) return text;
  return text.replace(/\B(?=(?:\d{3})+$)/g, lang === "es" ? "\u202f" : ",");
}

function date(text, reading) {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(text) ?? [];
  if (!month) return text;
  const parts = { year, month: reading.months[Number(month) - 1], day: Number(day) };
  return reading[day ? "date" : "year_month"].replace(/\{(\w+)\}/g, (_, name) => parts[name]);
}
