import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { CornerUpLeft } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Badge, Empty, Failure, Loading, Note } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import { type FocusGroup, type Turn, transcriptQuery } from "../hooks/groups";

/** While people talk, what was said is read this often: the events of a run count turns, they do not carry them. */
const LIVE_MS = 1_500;

/** Everything that was said, in order: who answers whom, and why this one had the turn. */
export function TranscriptPanel({ group, live }: { group: FocusGroup; live: boolean }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    ...transcriptQuery(group.id),
    refetchInterval: live ? LIVE_MS : false,
  });
  const wasLive = useRef(live);
  useEffect(() => {
    // the last turns come after the last reading
    if (wasLive.current && !live) void refetch();
    wasLive.current = live;
  }, [live, refetch]);
  const { turn: wanted } = useSearch({ from: "/shell/projects/$projectId/focus-groups/$groupId" });
  const byId = useMemo(() => new Map(data?.turns.map((turn) => [turn.id, turn])), [data]);
  useEffect(() => {
    if (!wanted || !byId.has(wanted)) return;
    const turn = document.getElementById(`turn-${wanted}`);
    turn?.scrollIntoView({ block: "center" });
    turn?.focus();
  }, [wanted, byId]);
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (!data) return <Loading lines={8} />;
  if (data.turns.length === 0) {
    return <Empty title={live ? t("group.starting") : t("group.silent")} />;
  }
  const missing = Object.entries(data.missing);
  return (
    <div className="flex flex-col gap-4">
      {data.turns.some((turn) => turn.is_simulated) && (
        <Note tone="warn">{t("group.simulated")}</Note>
      )}
      {missing.length > 0 && (
        <Note tone="warn">
          {t("group.missing")} {missing.map(([reason, count]) => `${reason}: ${count}`).join(", ")}
        </Note>
      )}
      <ol className="flex flex-col gap-3">
        {data.turns.map((turn) => (
          <TurnItem
            key={turn.id}
            turn={turn}
            answered={turn.reply_to ? byId.get(turn.reply_to) : undefined}
            marked={turn.id === wanted}
          />
        ))}
      </ol>
    </div>
  );
}

function TurnItem({
  turn,
  answered,
  marked,
}: {
  turn: Turn;
  answered: Turn | undefined;
  marked: boolean;
}) {
  const { t } = useTranslation();
  const isModerator = !turn.persona_id;
  return (
    <li
      id={`turn-${turn.id}`}
      tabIndex={-1}
      className={clsx(
        "max-w-3xl rounded-card px-4 py-3",
        isModerator ? "bg-accent-soft" : "card",
        !isModerator && turn.kind === "reply" && "ml-6",
        marked && "ring-2 ring-accent",
      )}
    >
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">
          {isModerator ? t("group.moderator") : (turn.speaker ?? t("group.somebody"))}
        </span>
        {turn.kind !== "reply" && (
          <span className="text-quiet text-sm">{t(`group.kind.${turn.kind}`)}</span>
        )}
        {turn.act && turn.act !== "say" && <Badge tone="info">{t(`group.act.${turn.act}`)}</Badge>}
        {turn.stance != null && !isModerator && <Stance stance={turn.stance} />}
      </div>
      {answered && (
        <a
          href={`#turn-${answered.id}`}
          className="mt-1 flex items-start gap-1.5 text-quiet text-sm hover:text-ink"
        >
          <CornerUpLeft aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          <span className="line-clamp-1">
            {answered.speaker ?? t("group.moderator")}: {answered.text}
          </span>
        </a>
      )}
      <p className="mt-1">{turn.text ?? t("group.turnMissing")}</p>
      {turn.why && <Why why={turn.why} />}
    </li>
  );
}

function Stance({ stance }: { stance: number }) {
  const { t } = useTranslation();
  const tone = stance > 0 ? "good" : stance < 0 ? "bad" : "plain";
  return <Badge tone={tone}>{t(`group.stance.${stance}`, { defaultValue: String(stance) })}</Badge>;
}

const PARTS = ["asked", "disagreement", "extraversion", "relevance", "silence", "chance"] as const;

/** Why this speaker had the turn: the parts as they counted in the rule. */
function Why({ why }: { why: NonNullable<Turn["why"]> }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const counted = PARTS.filter((part) => why[part] > 0).sort((a, b) => why[b] - why[a]);
  const most = Math.max(...PARTS.map((part) => why[part]), 0.01);
  return (
    <details className="mt-1.5 text-sm">
      <summary className="text-quiet">{t("group.why")}</summary>
      <dl className="mt-2 flex max-w-md flex-col gap-1">
        {counted.map((part) => (
          <div key={part} className="grid grid-cols-[11rem_1fr_3rem] items-center gap-2">
            <dt>{t(`group.reason.${part}`)}</dt>
            <dd aria-hidden className="h-1.5 rounded-full bg-sunken">
              <div
                className="h-full rounded-full bg-bar"
                style={{ width: `${(why[part] / most) * 100}%` }}
              />
            </dd>
            <dd className="tabular text-right">{number(why[part], 2)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
