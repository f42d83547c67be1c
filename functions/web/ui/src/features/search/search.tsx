import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas, taken } from "@/api/client";
import { useTitle } from "@/app/title";
import { Button } from "@/components/ui/button";
import { fieldError, Input, Select } from "@/components/ui/field";
import { Badge, Empty, Failure, Loading, Note } from "@/components/ui/states";
import { DocumentLink } from "@/features/document/components/document-link";
import { Cost } from "@/features/insight/components/cost";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";

const FROM = "/shell/projects/$projectId/search";
const SIZES = [5, 10, 20];

/** A question to the documents costs a vector, so it is asked once and kept until another one is asked. */
const passagesQuery = (project_id: string, query: string, top_k: number) =>
  queryOptions({
    queryKey: ["project", project_id, "search", query, top_k],
    queryFn: () =>
      taken(api.POST("/api/v1/rag/query", { body: { query, top_k, project_id, neighbours: 1 } })),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });

export function Search() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.search"), project?.name);
  return project && <Content project={project} />;
}

function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { q, top } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/projects/$projectId/search" });
  const [words, setWords] = useState(q ?? "");
  const [size, setSize] = useState(top ?? 5);
  const found = useQuery({ ...passagesQuery(project.id, q ?? "", top ?? 5), enabled: Boolean(q) });
  const answer = useMutation({
    mutationFn: (question: string) =>
      taken(api.POST("/api/v1/rag/query/graph", { body: { question, project_id: project.id } })),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    answer.reset();
    void navigate({ search: { q: words, top: size } });
  };
  return (
    <div className="flex max-w-4xl flex-col gap-5">
      <div>
        <h1 className="font-semibold text-2xl">{t("nav.search")}</h1>
        <p className="text-quiet">{t("search.hint")}</p>
      </div>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        <div className="min-w-64 flex-1">
          <Input
            type="search"
            label={t("search.question")}
            required
            maxLength={2_000}
            value={words}
            error={fieldError(found.error, "query")}
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
        <div className="w-28">
          <Select
            label={t("search.top")}
            value={size}
            onChange={(event) => setSize(Number(event.target.value))}
          >
            {SIZES.map((known) => (
              <option key={known}>{known}</option>
            ))}
          </Select>
        </div>
        <Button type="submit" look="primary" busy={found.isFetching}>
          {t("search.do")}
        </Button>
        <Button
          busy={answer.isPending}
          disabled={words.trim() === ""}
          onClick={() => answer.mutate(words)}
        >
          {t("search.answer")}
        </Button>
      </form>
      <Cost task="graph_answer" projectId={project.id} />
      <Failure failure={answer.error} />
      {answer.data && <Answer answer={answer.data} projectId={project.id} />}
      {!q ? (
        !answer.data && <Empty title={t("search.nothing")}>{t("search.nothingHint")}</Empty>
      ) : found.error ? (
        <Failure failure={found.error} retry={() => void found.refetch()} />
      ) : !found.data ? (
        <Loading lines={5} />
      ) : found.data.citations.length === 0 ? (
        <Empty title={t("search.none")}>{t("search.noneHint")}</Empty>
      ) : (
        <Passages found={found.data} projectId={project.id} />
      )}
    </div>
  );
}

function Answer({ answer, projectId }: { answer: Schemas["GraphAnswer"]; projectId: string }) {
  const { t } = useTranslation();
  return (
    <section aria-live="polite" className="card flex flex-col gap-3 px-5 py-4">
      <div className="flex items-center gap-2">
        <h2 className="font-semibold">{t("search.answered")}</h2>
        {!answer.answered && <Badge tone="warn">{t("search.notSaid")}</Badge>}
        {answer.is_simulated && <Badge tone="warn">{t("search.simulated")}</Badge>}
      </div>
      <p className="whitespace-pre-line">{answer.answer}</p>
      {answer.dropped_sentences > 0 && (
        <p className="text-quiet text-sm">
          {t("search.dropped", { count: answer.dropped_sentences })}
        </p>
      )}
      {answer.sources.length > 0 && (
        <ol className="flex flex-col gap-1.5 text-sm">
          {answer.sources.map((source) => (
            <li key={source.number}>
              <details>
                <summary>
                  [{source.number}] {source.document_title}
                  {source.page != null && ` · ${t("document.page", { page: source.page })}`}
                </summary>
                <blockquote className="mt-1 border-line border-l-3 pl-3 text-quiet">
                  {source.text}
                </blockquote>
                <DocumentLink
                  projectId={projectId}
                  documentId={source.document_id}
                  title={source.document_title}
                />
              </details>
            </li>
          ))}
        </ol>
      )}
      <p className="text-quiet text-sm">{t("search.by", { model: answer.answered_by })}</p>
    </section>
  );
}

/** The ranks of a passage: the document describes them as any object, so each is read with care. */
type Ranks = {
  keyword?: number | null;
  vector?: number | null;
  fused_score?: number;
  rerank_score?: number | null;
};

function Passages({ found, projectId }: { found: Schemas["Passed"]; projectId: string }) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  return (
    <section className="flex flex-col gap-3">
      {found.search_type === "keyword" && <Note tone="warn">{t("search.keywordOnly")}</Note>}
      <ol className="flex flex-col gap-3">
        {found.citations.map((citation, index) => {
          const ranks = citation.ranks as Ranks;
          return (
            <li key={citation.chunk_id} className="card px-5 py-4">
              <div className="flex flex-wrap items-baseline gap-x-3">
                <span className="tabular text-quiet">{index + 1}.</span>
                <h2 className="font-semibold">{citation.document_title}</h2>
                <span className="text-quiet text-sm">
                  {[
                    citation.page != null && t("document.page", { page: citation.page }),
                    ...citation.headings,
                  ]
                    .filter(Boolean)
                    .join(" › ")}
                </span>
                <DocumentLink
                  projectId={projectId}
                  documentId={citation.document_id}
                  title={citation.document_title}
                />
              </div>
              {citation.before.length > 0 && (
                <p className="mt-1 line-clamp-2 text-quiet text-sm">{citation.before.join(" ")}</p>
              )}
              <p className="mt-1.5 whitespace-pre-line">{citation.chunk_text}</p>
              {citation.after.length > 0 && (
                <p className="mt-1 line-clamp-2 text-quiet text-sm">{citation.after.join(" ")}</p>
              )}
              <dl className="tabular mt-2 flex flex-wrap gap-x-5 gap-y-1 text-quiet text-sm">
                <Rank name={t("search.relevance")} value={percent(citation.relevance_score, 0)} />
                <Rank name={t("search.byWords")} value={rank(ranks.keyword)} />
                <Rank name={t("search.byMeaning")} value={rank(ranks.vector)} />
                {ranks.fused_score !== undefined && (
                  <Rank name={t("search.fused")} value={number(ranks.fused_score, 4)} />
                )}
                {ranks.rerank_score != null && (
                  <Rank name={t("search.reranked")} value={number(ranks.rerank_score, 3)} />
                )}
              </dl>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const rank = (place: number | null | undefined) => (place == null ? "–" : `#${place}`);

function Rank({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex gap-1.5">
      <dt>{name}</dt>
      <dd className="font-medium text-ink">{value}</dd>
    </div>
  );
}
