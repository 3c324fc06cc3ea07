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
    if (given.length) terms[parameter.name] = given.map((value) => term(parameter, value.trim()));
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
function term(parameter, value) {
  if (parameter.values) {
    const iri = parameter.values[value];
    if (!iri) throw new Error(`${parameter.name}: “${value}”?`);
    return `<${iri}>`;
  }
  const checks = { date: /^\d{4}-\d\d-\d\d$/, integer: /^[+-]?\d+$/, decimal: /^[+-]?\d*\.?\d+$/, boolean: /^(true|false)$/ };
  const check = checks[parameter.type];
  if (!check) return JSON.stringify(value).replace(/\u007f/g, "\\u007F");
  if (!check.test(value)) throw new Error(`${parameter.name}: “${value}”? ${parameter.example}`);
  return `"${value}"^^<${XSD}${parameter.type}>`;
}
