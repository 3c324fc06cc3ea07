// The neighbourhood of a thing as a graph: it starts from one thing and grows by what is opened, never from everything.
import cytoscape from "cytoscape";

// Cytoscape would write a style element, which the policy of the pages forbids; its one rule stands in site.css.
const STYLE_ID = "__________cytoscape_stylesheet";
const HELP_ID = "graph-help";
const SHAPES = ["ellipse", "round-rectangle", "diamond", "hexagon", "triangle", "round-pentagon", "octagon", "vee"];

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
  return { dialog: box, canvas, legend, said, go, save, reset };
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
        "background-color": this.colour("card"), "border-color": accent, "border-width": 2, shape: "data(shape)",
        label: "data(label)", color: ink, "font-size": 14, "text-wrap": "wrap", "text-max-width": 150,
        "text-valign": "bottom", "text-margin-y": 5, "text-background-color": this.colour("card"),
        "text-background-opacity": 0.85, "text-background-padding": 2, width: 24, height: 24, "font-family": this.colour("sans") } },
      { selector: "node.opened", style: { "background-color": accent } },
      { selector: "node:selected", style: { "border-width": 5, "border-color": ink } },
      { selector: "edge", style: {
        width: 1.2, "line-color": quiet, "target-arrow-color": quiet, "target-arrow-shape": "triangle",
        "curve-style": "bezier", color: ink, "font-size": 12, "text-rotation": "autorotate", "arrow-scale": 0.8,
        "text-background-color": this.colour("card"), "text-background-opacity": 1, "text-background-padding": 2 } },
      { selector: "edge[!arrow]", style: { "target-arrow-shape": "none", "line-style": "dashed" } },
      { selector: "edge.near", style: { label: "data(label)", "line-color": accent, "target-arrow-color": accent, width: 2 } },
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
      this.cy.add({ data: { ...node, shape: this.shape(node.kind) }, position });
    }
    for (const edge of part.edges) {
      const id = `${edge.source} ${edge.target} ${edge.arrow}`;
      const known = this.cy.getElementById(id);
      if (known.empty()) this.cy.add({ data: { id, ...edge } });
      else if (!known.data("label").split(", ").includes(edge.label)) known.data("label", `${known.data("label")}, ${edge.label}`);
    }
    this.cy.fit(undefined, 40);
    this.drawLegend();
  }

  /** Rings around the first thing; a fan that points outwards for one that is opened later. */
  places(number, opened) {
    const centre = opened.empty() ? { x: 0, y: 0 } : { ...opened.position() };
    const outwards = opened.empty() || (centre.x === 0 && centre.y === 0) ? null : Math.atan2(centre.y, centre.x);
    const rings = number > 12 ? 2 : 1;
    const taken = this.cy.nodes().map((node) => node.position());
    return Array.from({ length: number }, (_, i) => {
      const ring = 1 + (i % rings) * 0.72;
      const angle = outwards === null
        ? (2 * Math.PI * i) / number - Math.PI / 2
        : outwards + (number === 1 ? 0 : (i / (number - 1) - 0.5) * Math.PI * 1.1);
      const [rx, ry] = outwards === null ? [330 * ring, 170 * ring] : [300 * ring, 210 * ring];
      const at = (far) => ({ x: centre.x + far * rx * Math.cos(angle), y: centre.y + far * ry * Math.sin(angle) });
      let far = 1;
      while (far < 6 && taken.some(({ x, y }) => Math.abs(x - at(far).x) < 140 && Math.abs(y - at(far).y) < 70)) far += 0.25;
      taken.push(at(far));
      return at(far);
    });
  }

  shape(kind) {
    if (!this.kinds.has(kind)) this.kinds.set(kind, SHAPES[this.kinds.size % SHAPES.length]);
    return this.kinds.get(kind);
  }

  drawLegend() {
    this.view.legend.replaceChildren(...[...this.kinds].filter(([kind]) => kind).map(([kind, shape]) => {
      const item = document.createElement("li");
      item.append(symbol(shape), ` ${kind}`);
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
    this.cy.edges().removeClass("near");
    if (this.cy.nodes().length > 1) node.connectedEdges().addClass("near");
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

const OUTLINES = {
  ellipse: "M6 1a5 5 0 1 0 .01 0z", "round-rectangle": "M2 2h8v8H2z", diamond: "M6 0l6 6-6 6-6-6z",
  hexagon: "M3 1h6l3 5-3 5H3L0 6z", triangle: "M6 0l6 11H0z", "round-pentagon": "M6 0l6 5-2 7H2L0 5z",
  octagon: "M4 0h4l4 4v4l-4 4H4L0 8V4z", vee: "M0 0l6 4 6-4-6 12z",
};

function symbol(shape) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [name, value] of Object.entries({ viewBox: "-1 -1 14 14", width: 12, height: 12, "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", OUTLINES[shape]);
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  svg.append(path);
  return svg;
}
