// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import en from "./en.json";
import pl from "./pl.json";

const FORMS = { en: ["one", "other"], pl: ["one", "few", "many", "other"] };
const SUFFIX = /_(one|few|many|other)$/;

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, path = ""): Map<string, string> {
  const entries = Object.entries(tree).flatMap(([key, value]): [string, string][] => {
    const at = path ? `${path}.${key}` : key;
    return typeof value === "string" ? [[at, value]] : [...flat(value, at)];
  });
  return new Map(entries);
}

const texts = { en: flat(en), pl: flat(pl) };
/** `too_few` is a word, `people_few` a form: a form has others beside it. */
const isForm = (key: string) =>
  SUFFIX.test(key) && texts.en.has(`${key.replace(SUFFIX, "")}_other`);
const bare = (keys: Iterable<string>) =>
  [...new Set([...keys].map((key) => (isForm(key) ? key.replace(SUFFIX, "") : key)))].sort();

describe("the texts", () => {
  it("are there in both languages", () => {
    expect(bare(texts.pl.keys())).toEqual(bare(texts.en.keys()));
  });

  it.each(["en", "pl"] as const)("have every plural form of %s", (language) => {
    const keys = [...texts[language].keys()];
    const counted = bare(keys.filter(isForm));
    expect(counted.length).toBeGreaterThan(10);
    for (const key of counted) {
      const forms = FORMS[language].filter((form) => keys.includes(`${key}_${form}`));
      expect(forms, key).toEqual(FORMS[language]);
    }
  });

  it("name the same variables in both languages", () => {
    const variables = (text: string) =>
      [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
    for (const [key, text] of texts.en) {
      const other = texts.pl.get(key);
      // in the singular a language may say the number in a word
      if (other && !key.endsWith("_one"))
        expect(variables(other).sort(), key).toEqual(variables(text).sort());
    }
  });

  it("are there for every literal that a component asks for", () => {
    const known = new Set(bare(texts.en.keys()));
    const source = new URL("..", import.meta.url).pathname;
    const files = readdirSync(source, { recursive: true, encoding: "utf8" });
    const asked = files
      .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."))
      .flatMap((file) => [
        ...readFileSync(join(source, file), "utf8").matchAll(/\bt\(\s*"([\w.-]+)"/g),
      ])
      .map(([, key]) => key as string);
    expect(asked.length).toBeGreaterThan(200);
    expect([...new Set(asked)].filter((key) => !known.has(key))).toEqual([]);
  });
});
