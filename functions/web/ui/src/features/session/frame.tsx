import type { ReactNode } from "react";
import { LanguageMenu, ThemeMenu } from "@/app/menus";
import { Logo } from "@/app/shell";
import { useTitle } from "@/app/title";

/** A screen for whoever is not signed in: one question, nothing beside it. */
export function Frame({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex items-center justify-between px-5 py-3">
        <Logo />
        <div className="flex">
          <LanguageMenu />
          <ThemeMenu />
        </div>
      </header>
      <main className="flex flex-1 items-start justify-center px-4 pt-[8vh] pb-16">
        <div className="card flex w-full max-w-md flex-col gap-5 p-7 shadow-xs">
          <h1 className="font-semibold text-xl">{title}</h1>
          {children}
        </div>
      </main>
    </div>
  );
}
