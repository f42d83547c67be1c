// Takes the OpenAPI document of a running system and generates the types from it. Both are committed.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

const system = process.env.SIGHT_URL;
if (!system) throw new Error("say where the system runs: SIGHT_URL=http://127.0.0.1:PORT");
const answer = await fetch(new URL("/openapi.json", system));
if (!answer.ok) throw new Error(`${system} answered ${answer.status}`);
const file = new URL("../openapi.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(await answer.json(), null, 2)}\n`);
execFileSync("npm", ["run", "types"], { stdio: "inherit" });
