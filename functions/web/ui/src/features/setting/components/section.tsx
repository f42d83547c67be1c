import type { ReactNode } from "react";

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card flex flex-col gap-4 px-5 py-5">
      <h2 className="font-semibold text-lg">{title}</h2>
      {children}
    </section>
  );
}
