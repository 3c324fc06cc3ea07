// Builds what the pages need from libraries into the package, with nothing fetched when a page is read.
import { build } from "esbuild";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { geoNaturalEarth1, geoPath } from "d3-geo";
import countries from "i18n-iso-countries";
import { feature } from "topojson-client";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/mineralkg/publishing/pages/assets/built");
const require = createRequire(import.meta.url);

// Loaded by the pages only when somebody asks for it; see `assets` in publishing/pages/environment.py.
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const built = await build({
  metafile: true,
  entryPoints: ["graph", "sparql", "question", "engine"].map((name) => join(here, `src/${name}.js`)),
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none",
  chunkNames: "part-[hash]",
});
await copyFile(require.resolve("oxigraph/web_bg.wasm"), join(out, "oxigraph.wasm"));
await writeFile(join(out, "world.json"), JSON.stringify(await world()));
await writeFile(join(out, "licences.txt"), await licences(Object.keys(built.metafile.inputs)));

/** The licences of all packages that went into the files, which have to travel with them. */
async function licences(inputs) {
  const names = inputs.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean);
  const texts = [...new Set([...names, "oxigraph", "world-atlas"])].sort().map(async (name) => {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(folder, file), "utf8") : "";
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`);
}

/** The outlines of states by ISO 3166-1 alpha-3 code, as paths in a field of 1000 by 500. */
async function world() {
  const topology = JSON.parse(await readFile(require.resolve("world-atlas/countries-110m.json"), "utf8"));
  const shapes = feature(topology, topology.objects.countries);
  const path = geoPath(geoNaturalEarth1().fitSize([1000, 500], { type: "Sphere" })).digits(1);
  const outlines = {};
  for (const shape of shapes.features) {
    const code = countries.numericToAlpha3(shape.id);
    const outline = path(shape);
    if (outline) outlines[code ?? `x-${shape.properties.name}`] = outline;
  }
  return Object.fromEntries(Object.entries(outlines).filter(([code]) => code !== "ATA").sort());
}
