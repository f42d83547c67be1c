// Adds the console's packages to what infra/images/sbom wrote of `web`:
//
//   node scripts/sbom.mjs FOLDER      FOLDER/web.cdx.json and FOLDER/web.licences
//
// Those that the lock file calls needed to build alone are left out.
import { readFileSync, writeFileSync } from "node:fs";

const folder = process.argv[2];
if (!folder) throw new Error("no folder is named");
const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));

/** One of the lock file's packages; its path ends with its name. */
function component([path, { version, license, integrity }]) {
  const name = path.replace(/^.*node_modules\//, "");
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const [, sum] = /^sha512-(.*)$/.exec(integrity ?? "") ?? [];
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    ...(license && { licenses: [{ expression: license }] }),
    ...(sum && {
      hashes: [{ alg: "SHA-512", content: Buffer.from(sum, "base64").toString("hex") }],
    }),
  };
}

const packages = Object.entries(lock.packages).filter(
  ([path, { dev, devOptional }]) => path && !dev && !devOptional,
);
const components = new Map(packages.map(component).map((one) => [one.purl, one]));
const file = `${folder}/web.cdx.json`;
const bom = JSON.parse(readFileSync(file, "utf8"));
bom.components.push(...components.values());
bom.dependencies.push(...[...components.keys()].map((ref) => ({ ref })));
bom.dependencies[0].dependsOn.push(...components.keys());
writeFileSync(file, `${JSON.stringify(bom)}\n`);

const terms = `${folder}/web.licences`;
const own = readFileSync(terms, "utf8").trim();
const more = new Set(
  [...components.values()].flatMap((one) => one.licenses ?? []).map((one) => one.expression),
);
const asked = (term) => ` AND ${own} AND `.includes(` AND ${term} AND `);
const missing = [...more]
  .map((term) => (term.includes(" ") ? `(${term})` : term))
  .filter((term) => !asked(term));
writeFileSync(terms, `${[own, ...missing].join(" AND ")}\n`);
