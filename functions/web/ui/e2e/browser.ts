import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { placeAt, placeOf } from "./screens";

/** Where the system runs that is walked through. */
export const SYSTEM = process.env.SIGHT_URL ?? "http://127.0.0.1:8080";

/** How long a screen may take to show what it needs, on a machine that does much else. */
const PATIENCE_MS = Number(process.env.WALK_PATIENCE_MS ?? 120_000);

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Each theme once and each width once: what breaks in one of the four pairs breaks in one of these as well. */
const LOOKS = [
  { theme: "light", width: 1280 },
  { theme: "dark", width: 390 },
];

/** Where pictures of the screens are kept, where somebody asks for them (`npm run pictures`). */
const PICTURES = process.env.PICTURES;

/** A browser with a page that fails the test for whatever it complains about. */
export class Visitor {
  /** Errors of the page, refusals of its policy among them. */
  readonly complaints: string[] = [];
  readonly looked: string[] = [];

  private constructor(
    private readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      // a refused request is told by the screen, and by the test that expects it
      const isAnswer = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isAnswer) this.complaints.push(message.text());
    });
  }

  static async come(width = 1280): Promise<Visitor> {
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      // a container's root has no sandbox to enter; the pages are our own
      args: ["--no-sandbox"],
    });
    const context = await browser.newContext({
      baseURL: SYSTEM,
      viewport: { width, height: 900 },
      locale: "en",
      reducedMotion: "reduce",
    });
    // by the browser, not by the page: its policy lets no such script run
    await context.addInitScript({ content: AXE });
    return new Visitor(browser, context, await context.newPage());
  }

  async leave(): Promise<void> {
    await this.browser.close();
  }

  readonly button = (name: string | RegExp) => this.page.getByRole("button", { name });
  readonly field = (name: string | RegExp) => this.page.getByLabel(name, { exact: true });
  readonly heading = (name: string | RegExp) => this.page.getByRole("heading", { name }).first();
  readonly drawer = () => this.page.getByRole("dialog").first();

  /** Goes to a place of the project by its navigation. */
  async place(name: string, heading: string | RegExp = name): Promise<void> {
    await this.page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
    await this.heading(heading).waitFor();
  }

  /** Signs in by the screen, wherever that leads. */
  async signIn(email: string, password: string): Promise<void> {
    await this.page.goto("/sign-in");
    await this.field("E-mail").fill(email);
    await this.field("Password").fill(password);
    await this.button("Sign in").click();
    await this.heading("Projects").waitFor();
  }

  /** Lets what is on the screen be written to a file by a run, and gives its text. */
  async takeAway(format: "CSV" | "JSON"): Promise<string> {
    await this.button("Export").click();
    await this.page.getByRole("radio", { name: format }).check();
    await this.button("Write the file").click();
    const [file] = await Promise.all([
      this.page.waitForEvent("download"),
      this.button("Fetch the file").click(),
    ]);
    return readFileSync(await file.path(), "utf8");
  }

  /** Holds the screen against WCAG 2.2 AA, light and wide, dark and narrow, and against its own complaints. */
  async look(screen: string): Promise<void> {
    this.looked.push(screen);
    const place = placeOf(screen);
    if (place) expect.soft(placeAt(this.page.url()), screen).toBe(place);
    const violations: string[] = [];
    for (const { theme, width } of LOOKS) {
      await this.page.setViewportSize({ width, height: 900 });
      await this.page.evaluate(async (name) => {
        document.documentElement.dataset.theme = name;
        // what lies under the header would be small, by how far somebody happened to scroll
        scrollTo(0, 0);
        // colours on their way from one theme to the other are neither's; of thousands, Chromium keeps some promises
        // of an end for ever, so it is asked for how they stand
        do {
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
        } while (document.getAnimations().some(({ playState }) => playState === "running"));
      }, theme);
      await this.picture(screen, theme, width);
      const wide = await this.tooWide();
      if (wide) violations.push(`${screen}, ${theme}, ${width}: wider than the screen at ${wide}`);
      const results = (await this.page.evaluate(() =>
        (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        }),
      )) as AxeResults;
      expect(results.passes.length, `${screen}: nothing was looked at`).toBeGreaterThan(5);
      for (const { id, nodes } of results.violations) {
        const where = nodes.map(({ target }) => target.join(" ")).slice(0, 3);
        violations.push(`${screen}, ${theme}, ${width}: ${id} at ${where.join(", ")}`);
      }
    }
    await this.page.setViewportSize({ width: 1280, height: 900 });
    await this.picture(screen, "dark", 1280);
    expect.soft(violations).toEqual([]);
    expect.soft(this.complaints, screen).toEqual([]);
  }

  /** What makes the page scroll sideways, where something does. */
  private tooWide(): Promise<string | null> {
    return this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return null;
      // the innermost one that sticks out, unless it scrolls within something of its own
      const inScroll = (at: Element | null): boolean =>
        at !== null &&
        (/auto|scroll/.test(getComputedStyle(at).overflowX) || inScroll(at.parentElement));
      const out = [...document.body.querySelectorAll("*")]
        .filter(
          (at) => at.getBoundingClientRect().right > clientWidth && !inScroll(at.parentElement),
        )
        .at(-1);
      return `${scrollWidth} px: <${out?.localName} class="${out?.className}"> ${out?.textContent?.slice(0, 40)}`;
    });
  }

  private async picture(screen: string, theme: string, width: number): Promise<void> {
    if (!PICTURES) return;
    mkdirSync(PICTURES, { recursive: true });
    const name = `${screen.replaceAll(" ", "-")}-${theme}-${width}.png`;
    // a dialog lies over the page: what is seen is the picture then
    const fullPage = (await this.page.locator("dialog[open]").count()) === 0;
    await this.page.evaluate(() => scrollTo(0, 0));
    await this.page.screenshot({ path: `${PICTURES}/${name}`, fullPage });
  }
}

/** Waits until the system answers: it may be starting beside us. */
export async function systemIsUp(): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(`${SYSTEM}/health`).catch(() => null);
    if (answer?.ok) return;
    if (Date.now() > end) throw new Error(`no system at ${SYSTEM}`);
    await new Promise((again) => setTimeout(again, 250));
  }
}
