import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { type FormEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDraft } from "@/app/draft";
import { Restored } from "@/components/restored";
import { Button } from "@/components/ui/button";
import { Checkbox, fieldError, Input } from "@/components/ui/field";
import { Failure, Note } from "@/components/ui/states";
import { Cost } from "@/features/insight/components/cost";
import type { Project } from "@/features/project/hooks/projects";
import { isOver, type Run } from "@/features/run/hooks/run";
import { latestRunQuery } from "@/features/run/hooks/runs";
import { useGenerate } from "../hooks/personas";

const LOOK_MS = 5_000;
const works = (run: Run | null | undefined) => Boolean(run) && !isOver(run ?? undefined);

/** Asks for people, and says what of the wishes was understood. */
export function Generate({ project }: { project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const initial = useMemo(
    () => ({
      people: String(Math.min(20, project.target_sample_size)),
      seed: "",
      adversarial: false,
    }),
    [project.target_sample_size],
  );
  const [draft, set, clear, restored, sent] = useDraft(`generate.${project.id}`, initial);
  const { people, seed, adversarial } = draft;
  // another click is another wish; the same one sent twice (a slow line) stays one
  const [key, setKey] = useState(() => crypto.randomUUID());
  const generate = useGenerate(project.id);
  const { data: latest } = useQuery({
    ...latestRunQuery(project.id, "persona-generate"),
    // the overview shows the newest run alone, which may be another one
    refetchInterval: ({ state }) => (works(state.data) ? LOOK_MS : false),
  });
  const working = works(latest);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    generate.mutate(
      {
        key,
        people: Number(people),
        seed: seed === "" ? null : Number(seed),
        adversarial_mode: adversarial,
      },
      {
        onSuccess: () => {
          setKey(crypto.randomUUID());
          sent();
          void client.invalidateQueries({ queryKey: ["project", project.id] });
        },
      },
    );
  };
  return (
    <section className="card flex flex-col gap-4 px-5 py-5">
      <div>
        <h2 className="font-semibold text-lg">{t("generate.title")}</h2>
        <p className="text-quiet">{t("generate.hint")}</p>
      </div>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {restored && <Restored discard={clear} />}
        <div className="flex flex-wrap items-start gap-4">
          <div className="w-36">
            <Input
              label={t("generate.people")}
              type="number"
              min={1}
              max={100_000}
              required
              value={people}
              error={fieldError(generate.error, "people")}
              onChange={(event) => set({ ...draft, people: event.target.value })}
            />
          </div>
          <div className="w-60">
            <Input
              label={t("generate.seed")}
              type="number"
              min={0}
              max={Number.MAX_SAFE_INTEGER}
              hint={t("generate.seedHint")}
              value={seed}
              error={fieldError(generate.error, "seed")}
              onChange={(event) => set({ ...draft, seed: event.target.value })}
            />
          </div>
          <div className="max-w-xs pt-7">
            <Checkbox
              label={t("generate.sceptical")}
              checked={adversarial}
              onChange={(event) => set({ ...draft, adversarial: event.target.checked })}
            />
          </div>
        </div>
        <Cost task="persona_text" projectId={project.id} />
        <Failure failure={generate.error} />
        <div>
          <Button type="submit" look="primary" busy={generate.isPending} disabled={working}>
            <Sparkles aria-hidden className="size-4" />
            {t("generate.do", { count: Number(people) || 0 })}
          </Button>
        </div>
      </form>
      {generate.data && generate.data.applied.length > 0 && (
        <Note>
          <p className="font-medium">{t("generate.applied")}</p>
          <ul className="list-disc pl-5">
            {generate.data.applied.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Note>
      )}
    </section>
  );
}
