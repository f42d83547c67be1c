import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { forceCenter, forceCollide, forceLink, forceManyBody, forceSimulation } from "d3-force";
import { type FormEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { may } from "@/app/access";
import { useDraft } from "@/app/draft";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/field";
import { Empty, Failure, Loading } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { type FocusGroup, graphQuery, useAskGraph, useBuildGraph } from "../hooks/groups";
import { RestsOn } from "./said";

type Node = Schemas["Node"];
type Link = Schemas["Link"];
type Placed = Node & { x: number; y: number };

const WIDTH = 760;
const HEIGHT = 520;
/** Enough for the layout to stand still; it is computed once, without an animation. */
const TICKS = 220;
/** More would be a knot: the least spoken-of are left out, and it is said how many. */
const MOST_NODES = 45;
/** What takes a click around a node: 24 px across, however narrow the drawing is shown. */
const HIT_RADIUS = 17;

/** Who speaks of what, and what is felt about it; every node is a button, so a keyboard walks it as well. */
export function ConceptGraph({ group, project }: { group: FocusGroup; project: Project }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(graphQuery(group.id));
  const build = useBuildGraph(group.id);
  const make = may(project.role, "editor") && (
    <Button busy={build.isPending} onClick={() => build.mutate()}>
      {t("graph.build")}
    </Button>
  );
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (!data) return <Loading lines={6} />;
  return (
    <div className="flex flex-col gap-4">
      <Failure failure={build.error} />
      {data.nodes.length === 0 ? (
        <Empty title={t("graph.none")} action={make}>
          {t("graph.noneHint")}
        </Empty>
      ) : (
        <>
          <Picture nodes={data.nodes} links={data.links} of={data.how_made.n} />
          <p className="text-quiet text-sm">{data.how_made.method}</p>
          <Ask key={group.id} group={group} />
        </>
      )}
    </div>
  );
}

function Picture({ nodes, links, of }: { nodes: Node[]; links: Link[]; of: number }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState<string | null>(null);
  const { placed, drawn } = useMemo(() => layout(nodes, links), [nodes, links]);
  const at = useMemo(() => new Map(placed.map((node) => [node.id, node])), [placed]);
  const near = useMemo(() => {
    const ids = new Set<string>();
    for (const link of drawn) {
      if (link.source === chosen) ids.add(link.target);
      if (link.target === chosen) ids.add(link.source);
    }
    return ids;
  }, [chosen, drawn]);
  const left = nodes.length - placed.length;
  const node = chosen ? at.get(chosen) : undefined;
  return (
    <div className="grid gap-4 xl:grid-cols-[1fr_18rem]">
      <div className="card overflow-auto">
        {/* biome-ignore lint/a11y/useSemanticElements: a drawing whose nodes are buttons */}
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="group"
          aria-label={t("group.views.graph")}
          className="min-w-150"
        >
          <g className="stroke-line-strong">
            {drawn.map((link) => {
              const [from, to] = [at.get(link.source), at.get(link.target)];
              if (!from || !to) return null;
              const lit = !chosen || link.source === chosen || link.target === chosen;
              return (
                <line
                  key={`${link.source} ${link.target} ${link.type}`}
                  x1={from.x}
                  y1={from.y}
                  x2={to.x}
                  y2={to.y}
                  strokeWidth={0.8}
                  opacity={lit ? 0.5 : 0.08}
                />
              );
            })}
          </g>
          {placed.map((one) => (
            <NodeButton
              key={one.id}
              node={one}
              chosen={one.id === chosen}
              dimmed={chosen !== null && one.id !== chosen && !near.has(one.id)}
              onChoose={() => choose(one.id === chosen ? null : one.id)}
            />
          ))}
        </svg>
      </div>
      <div aria-live="polite" className="flex flex-col gap-3">
        <Legend />
        {left > 0 && <p className="text-quiet text-sm">{t("graph.left", { count: left })}</p>}
        {node ? (
          <About node={node} links={drawn} names={at} of={of} onChoose={choose} />
        ) : (
          <p className="text-quiet">{t("graph.choose")}</p>
        )}
      </div>
    </div>
  );
}

function layout(nodes: Node[], links: Link[]) {
  const kept = [...nodes]
    .sort((a, b) => Number(b.type === "persona") - Number(a.type === "persona") || b.size - a.size)
    .slice(0, MOST_NODES);
  const ids = new Set(kept.map((node) => node.id));
  const drawn = links.filter((link) => ids.has(link.source) && ids.has(link.target));
  const placed = kept.map((node) => ({ ...node, x: 0, y: 0 })) as Placed[];
  // d3 gives nodes without a place one on a spiral, the same each time: no chance is involved
  for (const node of placed) {
    Reflect.deleteProperty(node, "x");
    Reflect.deleteProperty(node, "y");
  }
  forceSimulation(placed)
    .force(
      "link",
      forceLink(drawn.map(({ source, target }) => ({ source, target })))
        .id((node) => (node as Placed).id)
        .distance(70),
    )
    .force("charge", forceManyBody().strength(-420))
    .force("collide", forceCollide(26))
    .force("center", forceCenter(WIDTH / 2, HEIGHT / 2))
    .stop()
    .tick(TICKS);
  for (const node of placed) {
    node.x = Math.min(WIDTH - 45, Math.max(45, node.x));
    node.y = Math.min(HEIGHT - 22, Math.max(16, node.y));
  }
  return { placed, drawn };
}

const FILLS: Record<string, string> = {
  persona: "fill-bar",
  concept: "fill-bar-2",
  emotion: "fill-info",
};

function radius(node: Node) {
  return 5 + Math.min(11, Math.sqrt(node.size) * 1.8);
}

function NodeButton({
  node,
  chosen,
  dimmed,
  onChoose,
}: {
  node: Placed;
  chosen: boolean;
  dimmed: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const r = radius(node);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no buttons of its own
    <g
      role="button"
      tabIndex={0}
      aria-pressed={chosen}
      aria-label={`${node.name}, ${t(`graph.type.${node.type}`, { defaultValue: node.type })}`}
      transform={`translate(${node.x} ${node.y})`}
      opacity={dimmed ? 0.25 : 1}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          onChoose();
        }
      }}
      className="cursor-pointer"
    >
      <circle r={HIT_RADIUS} className="fill-transparent" />
      <circle
        r={r}
        className={clsx(FILLS[node.type] ?? "fill-line-strong", chosen && "stroke-ink")}
        strokeWidth={2}
      />
      <text y={r + 12} textAnchor="middle" className="fill-ink text-[11px]">
        {node.name}
      </text>
    </g>
  );
}

function Legend() {
  const { t } = useTranslation();
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-quiet text-sm">
      {(["persona", "concept", "emotion"] as const).map((type) => (
        <li key={type} className="flex items-center gap-1.5">
          <svg aria-hidden="true" viewBox="0 0 10 10" className="size-2.5">
            <circle cx="5" cy="5" r="5" className={FILLS[type]} />
          </svg>
          {t(`graph.type.${type}`)}
        </li>
      ))}
    </ul>
  );
}

/** One node in words: with whom or what it is linked, and how it is spoken of. */
function About({
  node,
  links,
  names,
  of,
  onChoose,
}: {
  node: Node;
  links: Link[];
  names: Map<string, Node>;
  of: number;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const mine = links.flatMap((link) => {
    const other =
      link.source === node.id ? link.target : link.target === node.id ? link.source : null;
    const named = other ? names.get(other) : undefined;
    return named ? [{ link, named }] : [];
  });
  const margin = node.margin != null ? ` ± ${number(node.margin, 2)}` : "";
  const said = [
    node.n != null && t("graph.people", { count: node.n, of }),
    node.type === "concept" && t("graph.size", { count: node.size }),
    node.sentiment != null &&
      t("graph.sentiment", { value: `${number(node.sentiment, 2)}${margin}` }),
    node.sentiment != null &&
      node.concepts != null &&
      t("graph.concepts", { count: node.concepts }),
  ];
  return (
    <section className="card px-4 py-3">
      <h3 className="font-semibold">{node.name}</h3>
      <p className="text-quiet text-sm">{said.filter(Boolean).join(", ")}</p>
      <ul className="mt-2 flex flex-col gap-1 text-sm">
        {mine.map(({ link, named }) => (
          <li key={`${link.source} ${link.target} ${link.type}`} className="flex gap-2">
            <span className="text-quiet">
              {t(`graph.link.${link.type}`, { defaultValue: link.type })}
            </span>
            <button
              type="button"
              onClick={() => onChoose(named.id)}
              className="text-accent hover:underline"
            >
              {named.name}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What an answer rests on, each with the turns that show it. */
function Insights({ group, insights }: { group: FocusGroup; insights: Schemas["Insight"][] }) {
  if (insights.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2">
      {insights.map(({ title, detail, metadata }) => (
        <li key={`${title} ${detail}`} className="border-line border-l-3 pl-3">
          <p className="font-medium text-sm">{title}</p>
          <p className="text-quiet text-sm">{detail}</p>
          <RestsOn group={group} turnIds={metadata.response_ids} />
        </li>
      ))}
    </ul>
  );
}

const NO_QUESTION = { question: "" };

export function Ask({ group }: { group: FocusGroup }) {
  const { t } = useTranslation();
  const [{ question }, set, , , sent] = useDraft(`graph.${group.id}`, NO_QUESTION);
  const ask = useAskGraph(group.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate(question, { onSuccess: sent });
  };
  return (
    <section className="card flex flex-col gap-3 px-5 py-4">
      <form onSubmit={submit} className="flex items-end gap-2">
        <div className="flex-1">
          <Input
            label={t("graph.ask")}
            required
            value={question}
            onChange={(event) => set({ question: event.target.value })}
          />
        </div>
        <Button type="submit" busy={ask.isPending}>
          {t("graph.askDo")}
        </Button>
      </form>
      <Failure failure={ask.error} />
      {ask.data && (
        <div aria-live="polite" className="flex flex-col gap-2">
          <p className="whitespace-pre-line">{ask.data.answer}</p>
          <p className="text-quiet text-sm">{ask.data.how_made.method}</p>
          <Insights group={group} insights={ask.data.insights} />
          <div className="flex flex-wrap gap-2">
            {ask.data.suggested_questions.map((next) => (
              <Button
                key={next}
                small
                onClick={() => {
                  set({ question: next });
                  ask.mutate(next, { onSuccess: sent });
                }}
              >
                {next}
              </Button>
            ))}
          </div>
        </div>
      )}
    </section>
  );
}
