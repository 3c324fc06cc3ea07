// The neighbourhood of a thing as a graph: it starts from one thing and grows by what is opened, never from everything.
import cytoscape from "cytoscape";

// Cytoscape would write a style element, which the policy of the pages forbids; its one rule stands in site.css.
const STYLE_ID = "__________cytoscape_stylesheet";
const HELP_ID = "graph-help";
const READABLE = 11 / 12; // the zoom at which the smallest words, of 12 pixels, are 11 high
const LARGEST = 1.3;
const GAP = 10; // between two things with their names
const MARGIN = { x: 140, y: 170 }; // for the names of the outermost things
const ROOM = 26000; // what a thing takes of the picture with its name and links, in square pixels
const FORCES = {
  name: "cose", animate: false, randomize: false, fit: false, nodeDimensionsIncludeLabels: true, nodeRepulsion: () => 60000,
  idealEdgeLength: (edge) => (edge.connectedNodes().every((node) => node.degree() > 2) ? 240 : 110),
};
// Kinds differ in shape, and where there are more kinds than shapes, in the border: never by colour alone.
const OUTLINES = {
  ellipse: "M6 1a5 5 0 1 0 .01 0z", rectangle: "M2 2h8v8H2z", diamond: "M6 0l6 6-6 6-6-6z", triangle: "M6 0l6 11H0z",
  hexagon: "M3 1h6l3 5-3 5H3L0 6z", star: "M6 0l1.5 4.1 4.3.1-3.4 2.7 1.2 4.2L6 8.7 2.4 11.1l1.2-4.2L.2 4.2l4.3-.1z",
  vee: "M0 0l6 4 6-4-6 12z", tag: "M0 1h8l4 5-4 5H0z", rhomboid: "M0 2h8l4 8H4z",
  "concave-hexagon": "M0 0h12L9.5 6 12 12H0l2.5-6z",
};
const SHAPES = Object.keys(OUTLINES);
const BORDERS = { solid: "none", dashed: "3 2", dotted: "1 1" };

/** Open the graph that the JSON in *source* describes; *button* has the words and gets the focus back. */
export function open(source, button) {
  if (!document.getElementById(STYLE_ID)) {
    const mark = document.createElement("meta");
    mark.id = STYLE_ID;
    document.head.append(mark);
  }
  const start = JSON.parse(source.textContent);
  const view = dialog(button);
  document.body.append(view.dialog);
  view.dialog.showModal();
  new Graph(view, start);
  view.dialog.addEventListener("close", () => { view.dialog.remove(); button.focus(); });
}

function dialog(button) {
  const words = button.dataset;
  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const close = element("button", { type: "button" }, words.close);
  const go = element("a", { class: "button", href: "#" }, words.go);
  const save = element("button", { type: "button" }, words.save);
  const reset = element("button", { type: "button" }, words.reset);
  const said = element("p", { "aria-live": "polite" });
  const help = element("p", { id: HELP_ID, class: "quiet" }, words.help);
  const canvas = element("div", {
    class: "graph", tabindex: "0", role: "application", "aria-label": words.title, "aria-describedby": HELP_ID,
  });
  const legend = element("ul", { class: "legend" });
  const bar = element("div", { class: "graph-bar" }, said, go, reset, save, close);
  const box = element("dialog", { class: "graph-dialog", "aria-label": words.title }, bar, help, canvas, legend);
  close.addEventListener("click", () => box.close());
  return { dialog: box, canvas, legend, said, go, save, reset, claim: words.claim };
}

class Graph {
  constructor(view, start) {
    this.view = view;
    this.start = start;
    this.kinds = new Map();
    this.opened = new Set();
    this.colours = getComputedStyle(document.documentElement);
    this.cy = cytoscape({ container: view.canvas, style: this.style(), minZoom: 0.2, maxZoom: 3 });
    this.begin();
    this.cy.on("tap", "node", (event) => this.openNode(event.target));
    view.canvas.addEventListener("keydown", (event) => this.key(event));
    view.reset.addEventListener("click", () => this.begin());
    view.save.addEventListener("click", () => this.save());
    view.canvas.focus();
  }

  colour(name) { return this.colours.getPropertyValue(`--${name}`).trim(); }

  style() {
    const ink = this.colour("ink"), quiet = this.colour("quiet"), accent = this.colour("accent");
    return [
      { selector: "node", style: {
        "background-color": this.colour("card"), "border-color": accent, "border-width": 2,
        shape: "data(shape)", "border-style": "data(border)",
        label: "data(label)", color: ink, "font-size": 14, "text-wrap": "wrap", "text-max-width": 120,
        "text-valign": "bottom", "text-margin-y": 5, "text-background-color": this.colour("card"),
        "text-background-opacity": 1, "text-background-padding": 2, width: 24, height: 24, "font-family": this.colour("sans") } },
      { selector: "node.above", style: { "text-valign": "top", "text-margin-y": -5 } },
      { selector: "node.opened", style: { "background-color": accent } },
      { selector: "node:selected", style: { "border-width": 5, "border-color": ink } },
      { selector: "edge", style: {
        width: 1.2, "line-color": quiet, "target-arrow-color": quiet, "target-arrow-shape": "triangle",
        "curve-style": "bezier", color: ink, "font-size": 12, "text-wrap": "wrap", "text-max-width": 100, "arrow-scale": 0.8,
        "text-background-color": this.colour("card"), "text-background-opacity": 1, "text-background-padding": 2 } },
      { selector: "edge[!arrow]", style: { "target-arrow-shape": "none", "line-style": "dashed" } },
      { selector: "edge.near", style: { "line-color": accent, "target-arrow-color": accent, width: 2 } },
      { selector: "edge.near.from", style: { "target-label": "data(label)", "target-text-offset": 60 } },
      { selector: "edge.near.to", style: { "source-label": "data(label)", "source-text-offset": 60 } },
      { selector: "edge.near.beside", style: { label: "data(label)" } },
    ];
  }

  begin() {
    this.cy.elements().remove();
    this.kinds.clear();
    this.opened.clear();
    this.add(this.start, this.start.centre);
    this.mark(this.start.centre);
    this.select(this.cy.getElementById(this.start.centre));
  }

  /** Add nodes and edges; nodes that are new stand around the one they were found from. */
  add(part, from) {
    const fresh = part.nodes.filter((node) => this.cy.getElementById(node.id).empty());
    const places = this.places(fresh.filter((node) => node.id !== from).length, this.cy.getElementById(from));
    for (const node of fresh) {
      const position = node.id === from ? { x: 0, y: 0 } : places.shift();
      this.cy.add({ data: { ...node, ...this.look(node.kind) }, position });
    }
    for (const edge of part.edges) {
      const id = `${edge.source} ${edge.target} ${edge.arrow}`;
      const known = this.cy.getElementById(id);
      if (known.empty()) this.cy.add({ data: { id, ...edge } });
      else if (!known.data("label").split(", ").includes(edge.label)) known.data("label", `${known.data("label")}, ${edge.label}`);
    }
    this.drawLegend();
    this.arrange();
  }

  /** Places around a thing, from which the layout begins, so that it ends the same each time; many stand in two rings. */
  places(number, opened) {
    const { x, y } = opened.empty() ? { x: 0, y: 0 } : opened.position();
    const far = (i) => (number > 8 && i % 2 ? 90 : 150);
    const angle = (i) => (2 * Math.PI * i) / number - Math.PI / 2;
    return Array.from({ length: number }, (_, i) => ({ x: x + far(i) * Math.cos(angle(i)), y: y + far(i) * Math.sin(angle(i)) }));
  }

  /** Spread all things out over the box, or more where they are many, with no name on another, and show them. */
  arrange() {
    // What is linked to one thing stands around it; between several, forces find what belongs to which.
    if (this.opened.size > 1) this.cy.layout(FORCES).run();
    this.cy.resize(); // the legend may have left the picture less room
    const nodes = this.cy.nodes();
    const width = this.cy.width() / READABLE, height = this.cy.height() / READABLE;
    const larger = Math.max(1, Math.sqrt((nodes.length * ROOM) / (width * height)));
    stretch(nodes, width * larger - MARGIN.x, height * larger - MARGIN.y);
    nodes.forEach((node) => { node.toggleClass("above", standsAbove(node)); });
    part(nodes);
    this.show();
  }

  /** Show everything, or, where its names would be too small to read, the surroundings of the chosen thing. */
  show() {
    this.cy.fit(undefined, 12);
    this.cy.zoom(Math.min(Math.max(this.cy.zoom(), READABLE), LARGEST));
    this.cy.center();
    this.reveal(this.cy.nodes(":selected"));
  }

  /** Move the picture where a thing or its name lies outside of the box. */
  reveal(node) {
    const { x1, y1, x2, y2 } = node.renderedBoundingBox({ includeEdges: false });
    if (x1 < 0 || y1 < 0 || x2 > this.cy.width() || y2 > this.cy.height()) this.cy.center(node);
  }

  /** The shape and border that stand for a kind. */
  look(kind) {
    const number = this.kinds.size, borders = Object.keys(BORDERS);
    const border = borders[Math.floor(number / SHAPES.length) % borders.length];
    if (!this.kinds.has(kind)) this.kinds.set(kind, { shape: SHAPES[number % SHAPES.length], border });
    return this.kinds.get(kind);
  }

  drawLegend() {
    const entries = [...this.kinds].filter(([kind]) => kind)
      .map(([kind, { shape, border }]) => [kind, drawing(OUTLINES[shape], BORDERS[border])]);
    if (this.cy.edges("[!arrow]").nonempty()) entries.push([this.view.claim, drawing("M-1 6h14", "3 2")]);
    this.view.legend.replaceChildren(...entries.map(([text, picture]) => {
      const item = document.createElement("li");
      item.append(picture, ` ${text}`);
      return item;
    }));
  }

  mark(id) {
    this.opened.add(id);
    this.cy.getElementById(id).addClass("opened");
  }

  select(node) {
    this.cy.nodes().unselect();
    node.select();
    // What a link means is written on the links of the chosen thing only: on all at once nobody could read it.
    this.cy.edges().removeClass("near from to beside");
    node.connectedEdges().forEach((edge) => { edge.addClass(["near", side(edge, node)]); });
    this.reveal(node);
    const { label, kind, href } = node.data();
    this.view.said.textContent = kind ? `${label} · ${kind}` : label;
    this.view.go.href = href;
  }

  /** Select a thing, and fetch from its page what it is linked to. */
  async openNode(node) {
    this.select(node);
    if (this.opened.has(node.id()) || !node.data("href")) return;
    try {
      const response = await fetch(node.data("href"), { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const found = page.getElementById("neighbourhood");
      this.mark(node.id());
      if (found) this.add(JSON.parse(found.textContent), node.id());
      this.select(node);
    } catch (error) {
      this.view.said.textContent = String(error);
    }
  }

  key(event) {
    const current = this.cy.nodes(":selected").first();
    if (event.key === "Enter" && current.nonempty()) return this.openNode(current);
    const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!direction || current.empty()) return undefined;
    event.preventDefault();
    const from = current.position();
    const ahead = this.cy.nodes().difference(current).map((node) => {
      const x = node.position("x") - from.x, y = node.position("y") - from.y;
      const along = x * direction[0] + y * direction[1];
      return { node, along, cost: Math.hypot(x, y) * 2 - along };
    }).filter(({ along }) => along > 1).sort((a, b) => a.cost - b.cost);
    if (ahead.length) this.select(ahead[0].node);
    return undefined;
  }

  save() {
    const link = document.createElement("a");
    const picture = this.cy.png({ output: "blob", full: true, scale: 2, bg: this.colour("paper") });
    link.href = URL.createObjectURL(picture);
    link.download = "graph.png";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}

/** Spread the places of *nodes* over a box. */
function stretch(nodes, width, height) {
  const spread = (axis, size) => {
    const at = nodes.map((node) => node.position(axis));
    const low = Math.min(...at), high = Math.max(...at);
    return (node) => (high > low ? ((node.position(axis) - low) / (high - low) - 0.5) * size : 0);
  };
  const x = spread("x", width), y = spread("y", height);
  nodes.positions((node) => ({ x: x(node), y: y(node) }));
}

/** Whether a thing stands above what it is linked to: then its name does too, out of the way of its links. */
function standsAbove(node) {
  const linked = node.neighborhood().nodes().map((other) => other.position("y"));
  return linked.length > 0 && node.position("y") < linked.reduce((sum, y) => sum + y, 0) / linked.length;
}

/** Push *nodes* apart, each along the shorter way, until no two of them cover each other with their names. */
function part(nodes) {
  const boxes = nodes.map((node) => ({ node, box: node.boundingBox({ includeEdges: false }), x: 0, y: 0 }));
  for (let moved = true, round = 0; moved && round < 200; round += 1) {
    moved = false;
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) moved = push(a, b) || moved;
    }
  }
  for (const { node, x, y } of boxes) node.shift({ x, y });
}

/** Where an edge has its words: near the other end, where there is room, or amid one that runs beside another. */
function side(edge, node) {
  if (edge.parallelEdges().length > 1) return "beside";
  return edge.source().same(node) ? "from" : "to";
}

function push(a, b) {
  const gap = (low, high, side) =>
    Math.min(a.box[high] + a[side], b.box[high] + b[side]) - Math.max(a.box[low] + a[side], b.box[low] + b[side]) + GAP;
  const over = { x: gap("x1", "x2", "x"), y: gap("y1", "y2", "y") };
  if (over.x <= 0 || over.y <= 0) return false;
  const side = over.x < over.y ? "x" : "y";
  const [low, high] = [`${side}1`, `${side}2`];
  const first = a.box[low] + a.box[high] + 2 * a[side] <= b.box[low] + b.box[high] + 2 * b[side] ? -1 : 1;
  a[side] += (first * over[side]) / 2;
  b[side] -= (first * over[side]) / 2;
  return true;
}

function drawing(outline, dashes = "none") {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [name, value] of Object.entries({ viewBox: "-1 -1 14 14", width: 12, height: 12, "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", outline);
  path.setAttribute("fill", "none");
  path.setAttribute("stroke-dasharray", dashes);
  path.setAttribute("stroke", "currentColor");
  svg.append(path);
  return svg;
}
