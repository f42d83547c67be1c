import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { may } from "@/app/access";
import { useDraft } from "@/app/draft";
import { useTitle } from "@/app/title";
import { Restored } from "@/components/restored";
import { Button } from "@/components/ui/button";
import { Checkbox, fieldError, Input } from "@/components/ui/field";
import { Figure } from "@/components/ui/figure";
import { Progress } from "@/components/ui/progress";
import { Scroll } from "@/components/ui/scroll";
import { Empty, Failure, Loading, Note } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { budgetQuery, usageQuery, useSetBudget } from "./hooks/usage";

export function Usage() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.usage"), project?.name);
  if (!project) return null;
  return (
    <div className="flex flex-col gap-7">
      <h1 className="font-semibold text-2xl">{t("nav.usage")}</h1>
      <Budget key={project.id} project={project} />
      <Lines projectId={project.id} />
    </div>
  );
}

function Budget({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { money } = useFormat();
  const { data, error, refetch } = useQuery(budgetQuery(project.id));
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (!data) return <Loading lines={2} />;
  const [spent, reserved] = [Number(data.spent_usd), Number(data.reserved_usd)];
  const cap = data.cap_usd == null ? null : Number(data.cap_usd);
  return (
    <section className="card flex max-w-2xl flex-col gap-4 px-5 py-4">
      <dl className="grid grid-cols-3 gap-4">
        <Figure name={t("usage.spent")} rule={t("usage.spentRule")}>
          {money(spent)}
        </Figure>
        <Figure name={t("usage.reserved")} rule={t("usage.reservedRule")}>
          {money(reserved)}
        </Figure>
        <Figure name={t("usage.left")} rule={t("usage.leftRule")}>
          {data.remaining_usd == null ? t("usage.noCap") : money(Number(data.remaining_usd))}
        </Figure>
      </dl>
      {cap !== null && <Progress value={spent + reserved} max={cap} label={t("usage.budget")} />}
      {may(project.role, "admin") && <SetCap key={data.cap_usd} projectId={project.id} cap={cap} />}
    </section>
  );
}

export function SetCap({ projectId, cap }: { projectId: string; cap: number | null }) {
  const { t } = useTranslation();
  const initial = useMemo(() => ({ limited: cap !== null, amount: String(cap ?? 5) }), [cap]);
  const [draft, change, clear, restored, sent] = useDraft(`cap.${projectId}`, initial);
  const { limited, amount } = draft;
  const set = useSetBudget(projectId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate(
      { cap_usd: limited ? (Number(amount) as Schemas["Usd"]) : null },
      {
        onSuccess: () => {
          toast(t("state.saved"));
          sent();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 border-line border-t pt-4">
      {restored && <Restored discard={clear} />}
      <Checkbox
        label={t("usage.limited")}
        hint={t("usage.limitedHint")}
        checked={limited}
        onChange={(event) => change({ ...draft, limited: event.target.checked })}
      />
      <div className="flex items-end gap-3">
        <div className="w-44">
          <Input
            label={t("usage.cap")}
            type="number"
            min={0}
            max={1_000_000}
            step="any"
            disabled={!limited}
            value={amount}
            error={fieldError(set.error, "cap_usd")}
            onChange={(event) => change({ ...draft, amount: event.target.value })}
          />
        </div>
        <Button type="submit" busy={set.isPending}>
          {t("action.save")}
        </Button>
      </div>
      <Failure failure={set.error} />
    </form>
  );
}

function Lines({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const { number, money } = useFormat();
  const { data, error, refetch } = useQuery(usageQuery(projectId));
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (!data) return <Loading lines={4} />;
  if (data.lines.length === 0) {
    return <Empty title={t("usage.none")}>{t("usage.noneHint")}</Empty>;
  }
  const notes = [
    data.total.simulated > 0 && t("usage.simulated", { count: data.total.simulated }),
    data.total.unpriced > 0 && t("usage.unpriced", { count: data.total.unpriced }),
    data.total.at_worst > 0 && t("usage.atWorst", { count: data.total.at_worst }),
  ].filter((note) => note !== false);
  const cells = (line: Schemas["UsageLine"]) => (
    <>
      {[line.calls, line.failed, line.input_tokens, line.output_tokens].map((figure, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: four columns, always the same
        <td key={index} className="tabular px-4 py-1.5 text-right">
          {number(figure)}
        </td>
      ))}
      <td className="tabular px-4 py-1.5 text-right">{money(Number(line.cost_usd))}</td>
    </>
  );
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">{t("usage.byTask")}</h2>
      <Scroll label={t("usage.byTask")}>
        <table className="w-full min-w-160 text-sm">
          <thead>
            <tr className="border-line border-b text-quiet">
              <th className="px-4 py-2 text-left font-medium">{t("usage.task")}</th>
              <th className="px-4 py-2 text-left font-medium">{t("usage.model")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("usage.calls")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("usage.failed")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("usage.input")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("usage.output")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("usage.cost")}</th>
            </tr>
          </thead>
          <tbody>
            {data.lines.map((line) => (
              <tr
                key={`${line.task} ${line.provider} ${line.model}`}
                className="border-line border-t"
              >
                <th scope="row" className="px-4 py-1.5 text-left font-normal">
                  {t(`usage.tasks.${line.task}`, { defaultValue: line.task })}
                </th>
                <td className="px-4 py-1.5">{line.model}</td>
                {cells(line)}
              </tr>
            ))}
            <tr className="border-line border-t font-semibold">
              <th scope="row" colSpan={2} className="px-4 py-1.5 text-left">
                {t("usage.total")}
              </th>
              {cells(data.total)}
            </tr>
          </tbody>
        </table>
      </Scroll>
      {notes.length > 0 && (
        <Note>
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </Note>
      )}
    </section>
  );
}
