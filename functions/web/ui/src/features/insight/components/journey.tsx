import { useQuery } from "@tanstack/react-query";
import { PenLine } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { may } from "@/app/access";
import { Button } from "@/components/ui/button";
import { Badge, Empty, Failure, Loading, Note } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { type Journey, journeyQuery, useWriteJourney } from "../hooks/insights";
import { Cost } from "./cost";

type Stage = Schemas["CustomerJourneyStage"];

/** A person's way to a purchase, stage by stage, written when an editor asks for it. */
export function JourneyPanel({ personaId, project }: { personaId: string; project: Project }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(journeyQuery(personaId));
  const write = useWriteJourney(project.id, personaId);
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (!data) return <Loading lines={6} />;
  const { journey, is_stale } = data;
  const isEditor = may(project.role, "editor");
  const button = isEditor && (
    <Button
      look={is_stale ? "primary" : "plain"}
      small={Boolean(journey)}
      busy={write.isPending}
      onClick={() => write.mutate(undefined)}
    >
      <PenLine aria-hidden className="size-4" />
      {t(journey ? "journey.again" : "journey.write")}
    </Button>
  );
  return (
    <>
      <Failure failure={write.error} />
      {!journey ? (
        <Empty title={t("journey.none")} action={button}>
          <p className="mb-2">{t(isEditor ? "journey.noneHint" : "journey.noneViewer")}</p>
          {isEditor && (
            <div className="flex justify-center">
              <Cost task="persona_journey" projectId={project.id} />
            </div>
          )}
        </Empty>
      ) : (
        <>
          {is_stale && (
            <Note tone="warn">
              <div className="flex flex-wrap items-center justify-between gap-3">
                <p className="min-w-0 flex-1 basis-60">{t("journey.stale")}</p>
                {button}
              </div>
              {isEditor && <Cost task="persona_journey" projectId={project.id} />}
            </Note>
          )}
          {journey.is_simulated && <Note tone="warn">{t("journey.simulated")}</Note>}
          <Stages stages={journey.stages} />
          <Basis journey={journey} />
        </>
      )}
    </>
  );
}

function Stages({ stages }: { stages: Stage[] }) {
  const { t } = useTranslation();
  return (
    <ol className="ml-3 flex flex-col border-line border-l pl-6">
      {stages.map((stage, index) => (
        <li key={stage.stage} className="relative pb-6 last:pb-0">
          <span
            aria-hidden
            className="tabular absolute top-0 -left-[2.3rem] flex size-6 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent text-xs"
          >
            {index + 1}
          </span>
          <h3 className="mb-2 font-semibold text-lg leading-6">
            {t(`journey.stage.${stage.stage}`)}
          </h3>
          <div className="card flex flex-col gap-3 px-4 py-3">
            <Part label={t("journey.questions")} lines={stage.questions} />
            <Part label={t("journey.touchpoints")} lines={stage.touchpoints} asBadges />
            <Part label={t("journey.emotions")} lines={stage.emotions} asBadges />
            <Part label={t("journey.signals")} lines={stage.buying_signals} />
            <Part label={t("journey.barriers")} lines={stage.barriers} />
            <Figures stage={stage} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function Part({ label, lines, asBadges }: { label: string; lines: string[]; asBadges?: boolean }) {
  if (lines.length === 0) return null;
  return (
    <div className="grid gap-x-4 gap-y-1 sm:grid-cols-[9rem_1fr]">
      <h4 className="text-quiet text-sm">{label}</h4>
      {asBadges ? (
        <ul className="flex flex-wrap gap-1.5">
          {lines.map((line) => (
            <li key={line}>
              <Badge>{line}</Badge>
            </li>
          ))}
        </ul>
      ) : (
        <ul className="flex flex-col gap-1">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** How long the stage takes and how many turn back in it; where nobody knows either, one line says why. */
function Figures({ stage }: { stage: Stage }) {
  const { t } = useTranslation();
  const { time_in_stage_days: time, drop_off_rate: dropOff } = stage;
  const unknown = time.value == null && dropOff.value == null;
  if (unknown && time.absent_because === dropOff.absent_because) {
    return (
      <p className="border-line border-t pt-2.5 text-quiet text-sm">
        {t("journey.noFigures", { why: time.absent_because ?? t("kpi.unknown") })}
      </p>
    );
  }
  return (
    <dl className="grid gap-3 border-line border-t pt-3 sm:grid-cols-2">
      <StageFigure of="time" figure={time} />
      <StageFigure of="dropOff" figure={dropOff} />
    </dl>
  );
}

/** A figure that a document says, with its words, or why there is none: no model is asked for numbers. */
function StageFigure({ of, figure }: { of: "time" | "dropOff"; figure: Schemas["JourneyFigure"] }) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  const known = figure.value != null;
  const value = (given: number): ReactNode =>
    of === "time"
      ? t("journey.days", { count: given, days: number(given, Number.isInteger(given) ? 0 : 1) })
      : percent(given, 0);
  return (
    <div>
      <dt className="text-quiet text-sm">{t(`journey.${of}`)}</dt>
      {known ? (
        <>
          <dd className="tabular font-semibold text-lg">{value(figure.value ?? 0)}</dd>
          {figure.quote && (
            <dd className="border-line border-l-3 pl-3 text-quiet text-sm">
              {t("state.quoted", { text: figure.quote })}
            </dd>
          )}
        </>
      ) : (
        <>
          <dd>{t("kpi.unknown")}</dd>
          {figure.absent_because && <dd className="text-quiet text-sm">{figure.absent_because}</dd>}
        </>
      )}
    </div>
  );
}

/** What was in the prompt, and who answered it. */
function Basis({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  return (
    <footer className="flex flex-col gap-2 rounded-card bg-sunken px-4 py-3 text-sm">
      <h3 className="font-semibold">{t("journey.basis")}</h3>
      <p>{t("journey.basisCard")}</p>
      {journey.context ? (
        <details>
          <summary className="text-quiet">{t("journey.context")}</summary>
          <blockquote className="mt-2 whitespace-pre-line border-line border-l-3 pl-3 text-quiet">
            {journey.context}
          </blockquote>
        </details>
      ) : (
        <p className="text-quiet">{t("journey.noContext")}</p>
      )}
      <p className="text-quiet">
        {t("journey.made", {
          model: journey.generated_by,
          prompt: journey.prompt_version,
          when: moment(journey.generated_at),
          version: journey.version,
        })}
      </p>
    </footer>
  );
}
