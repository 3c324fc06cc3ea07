// A canned question with its parameters bound, for copies of the site without a server. As the toolkit does it: a list
// stands in its VALUES block, any other $name gives way to its term, and a column of that name is kept filled.

const TOKEN = /"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*|\$\w+|\?\w+|[{}]/g;
const XSD = "http://www.w3.org/2001/XMLSchema#";

/** Return the bound text of `question` ({ text, parameters, columns }) for `values`, lists of texts by name. */
export function bound(question, values) {
  const terms = {};
  for (const parameter of question.parameters) {
    const given = (values[parameter.name] ?? []).filter((value) => value.trim());
    if (!given.length && parameter.default) given.push(parameter.default);
    if (!given.length && parameter.required) throw new Error(said(question.words.missing, parameter, ""));
    if (given.length) terms[parameter.name] = given.map((value) => term(question, parameter, value.trim()));
  }
  const text = withLists(question, terms);
  const single = Object.keys(terms).filter((name) => !question.parameters.find((p) => p.name === name).many);
  const replaced = text.replace(TOKEN, (token) =>
    token[0] === "$" && single.includes(token.slice(1)) ? terms[token.slice(1)][0] : token);
  const kept = single.filter((name) => question.projected.includes(name));
  return replaced + kept.map((name) => `\nVALUES ?${name} { ${terms[name][0]} }`).join("");
}

function withLists(question, terms) {
  return question.parameters.filter((parameter) => parameter.many).reduce((text, { name }) => {
    const block = new RegExp(`VALUES\\s+\\$${name}\\s*\\{[^}]*\\}`, "i");
    return text.replace(block, terms[name] ? `VALUES $${name} { ${terms[name].join(" ")} }` : "");
  }, question.text);
}

/** A value as a term in N-Triples form. Throws a sentence for a value that is none. */
function term(question, parameter, value) {
  if (parameter.values) {
    const iri = named(parameter.values, value) ?? written(value, question.prefixes);
    if (!iri) throw new Error(said(question.words.unknown, parameter, value));
    return `<${iri}>`;
  }
  const checks = { date: /^\d{4}-\d\d-\d\d$/, integer: /^[+-]?\d+$/, decimal: /^[+-]?\d*\.?\d+$/, boolean: /^(true|false)$/ };
  const check = checks[parameter.type];
  if (!check) return JSON.stringify(value).replace(/\u007f/g, "\\u007F");
  if (!check.test(value)) throw new Error(said(question.words.wrong, parameter, value));
  return `"${value}"^^<${XSD}${parameter.type}>`;
}

/** The IRI that a code or label stands for, in any case of letters. */
function named(values, value) {
  const key = Object.keys(values).find((code) => code.toLowerCase() === value.toLowerCase());
  return key === undefined ? null : values[key];
}

/** The IRI that is written out or with a known prefix, where nothing in it could end it. */
function written(value, prefixes) {
  const [prefix, ...rest] = value.split(":");
  const iri = rest.length && Object.hasOwn(prefixes, prefix) ? prefixes[prefix] + rest.join(":") : value;
  return /^[a-z][a-z0-9+.-]*:[^<>"{}|^`\\\s]+$/i.test(iri) ? iri : null;
}

function said(words, parameter, value) {
  const texts = { parameter: parameter.name, value, example: parameter.example };
  return words.replace(/\{(\w+)\}/g, (_, name) => texts[name]);
}
