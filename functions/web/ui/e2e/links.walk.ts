import { afterAll, beforeAll, expect, it } from "vitest";
import { systemIsUp, Visitor } from "./browser";
import { Account, PASSWORD } from "./seeded";

/** What somebody does by the link of a letter: proves an address, sets a password, accepts an invitation. */
let lea: Visitor;
let account: Account;
const NEW_PASSWORD = "another walk of 1 researcher";

beforeAll(async () => {
  await systemIsUp();
  account = await Account.register("Lea");
  lea = await Visitor.come();
});
afterAll(async () => lea?.leave());

/** Opens the link of a letter as a mail program does: in a new page. */
const follow = async (page: string, of = account) => {
  const [link] = await of.letter(new RegExp(`/${page}#token=[\\w-]+`));
  await lea.page.goto("about:blank");
  await lea.page.goto(link);
};

it("an address is proved by its letter and the password, once", async () => {
  await follow("verify");
  await lea.heading("Confirm your address").waitFor();
  expect(lea.page.url()).not.toContain("token");
  await lea.look("confirm address");
  await lea.field("Password of the account").fill(PASSWORD);
  await lea.button("Confirm").click();
  await lea.page.getByText("The address is confirmed.").waitFor();
  await lea.look("address confirmed");
  await follow("verify");
  await lea.field("Password of the account").fill(PASSWORD);
  await lea.button("Confirm").click();
  await lea.page.getByRole("alert").waitFor();
});

it("whoever forgot the password sets another one by a letter, and the old one is none any more", async () => {
  await lea.page.goto("/sign-in");
  await lea.page.getByRole("link", { name: "Forgot your password?" }).click();
  await lea.heading("A new password").waitFor();
  await lea.look("forgot password");
  await lea.field("E-mail").fill(account.email);
  await lea.button("Send the link").click();
  await lea.page.getByText(/the link is on its way/).waitFor();
  await lea.look("link sent");
  await follow("reset-password");
  await lea.heading("Set a new password").waitFor();
  await lea.look("reset password");
  await lea.field("New password").fill("short");
  await lea.button("Set the password").click();
  await lea.page.getByRole("alert").waitFor();
  await lea.field("New password").fill(NEW_PASSWORD);
  await lea.button("Set the password").click();
  await lea.page.getByText(/The password is set/).waitFor();
  await lea.look("password set");
  await lea.page.getByRole("link", { name: "Sign in" }).click();
  await lea.field("E-mail").fill(account.email);
  await lea.field("Password").fill(PASSWORD);
  await lea.button("Sign in").click();
  await lea.page.getByText("Incorrect email or password").waitFor();
  await lea.field("Password").fill(NEW_PASSWORD);
  await lea.button("Sign in").click();
  await lea.heading("Projects").waitFor();
});

it("a link without its token says so", async () => {
  await lea.page.goto("/reset-password");
  await lea.page.getByText(/^This link is incomplete/).waitFor();
  await lea.look("incomplete link");
});

it("an invitation is accepted by its letter, also by who has yet to sign in", async () => {
  const owner = await Account.register("Olga");
  await owner.verify();
  const { id } = await owner.call<{ id: string }>("POST", "/projects", {
    name: "Green Box",
    language: "en",
    target_demographics: {},
    target_sample_size: 12,
  });
  await owner.call("PUT", `/projects/${id}/members`, { email: account.email, role: "viewer" });
  await lea.page.goto("/");
  await lea.page.getByText(/Green Box/).waitFor();
  await lea.look("invited");
  await lea.button("Your account").click();
  await lea.page.getByRole("menuitem", { name: "Sign out" }).click();
  await lea.heading("Sign in").waitFor();
  await follow("invitation");
  await lea.heading("An invitation to a project").waitFor();
  await lea.look("invitation");
  await lea.page.getByRole("link", { name: "Sign in" }).click();
  await lea.field("E-mail").fill(account.email);
  await lea.field("Password").fill(NEW_PASSWORD);
  await lea.button("Sign in").click();
  await lea.page.getByText(`You are signed in as ${account.email}.`, { exact: false }).waitFor();
  await lea.look("accept invitation");
  await lea.button("Accept the invitation").click();
  await lea.heading("Green Box").waitFor();
  expect(new URL(lea.page.url()).pathname).toBe(`/projects/${id}`);
  expect(lea.complaints).toEqual([]);
});
