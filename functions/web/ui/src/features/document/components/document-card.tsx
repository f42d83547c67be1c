import clsx from "clsx";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { ConfirmDelete } from "@/components/confirm-delete";
import { Badge, Note } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { RunCard } from "@/features/run/components/run-card";
import { useFormat } from "@/i18n/format";
import { type Document, useDeleteDocument } from "../hooks/documents";
import { Chunks } from "./chunks";

const TONES: Record<string, "info" | "good" | "bad"> = {
  processing: "info",
  ready: "good",
  failed: "bad",
};

/** A document: what was read of it, what was found in it, and what was dropped. */
export function DocumentCard({
  document,
  project,
  onEnd,
  marked,
}: {
  document: Document;
  project: Project;
  onEnd?: () => void;
  /** Somebody came here for it. */
  marked: boolean;
}) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const remove = useDeleteDocument(project.id, document.id);
  const isOwn = document.project_id === project.id;
  return (
    <li
      id={`document-${document.id}`}
      tabIndex={-1}
      className={clsx("card flex flex-col gap-2 px-5 py-4", marked && "ring-2 ring-accent")}
    >
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="min-w-0 flex-1 font-semibold">{document.title}</h2>
        <Badge>{t(`document.scope.${document.scope}`, { defaultValue: document.scope })}</Badge>
        <Badge tone={TONES[document.status] ?? "plain"}>
          {t(`document.status.${document.status}`, { defaultValue: document.status })}
        </Badge>
      </div>
      <p className="text-quiet text-sm">
        {document.filename} · {document.file_type.toUpperCase()}
        {document.num_pages != null && ` · ${t("document.pages", { count: document.num_pages })}`}
        {document.language && ` · ${document.language.toUpperCase()}`} ·{" "}
        {t("document.version", { version: document.version })} · {moment(document.updated_at)}
      </p>
      {document.status === "ready" && (
        <p className="tabular text-sm">
          {t("document.chunks", { count: document.num_chunks })},{" "}
          {t("document.facts", { count: document.num_facts })}
          {document.dropped_facts > 0 && (
            <>, {t("document.dropped", { count: document.dropped_facts })}</>
          )}
        </p>
      )}
      {document.error_message && <Note tone="warn">{document.error_message}</Note>}
      {document.note && <Note>{document.note}</Note>}
      {document.facts_note && <Note>{document.facts_note}</Note>}
      {document.status === "ready" && <Chunks document={document} projectId={project.id} />}
      {isOwn && document.status === "processing" && document.run_id && (
        <RunCard
          runId={document.run_id}
          role={project.role}
          onEnd={onEnd}
          title={t("run.kind.rag-ingest")}
        />
      )}
      {isOwn && may(project.role, "editor") && (
        <div className="self-end">
          <ConfirmDelete
            title={t("document.delete")}
            question={t("document.deleteAsk", { title: document.title })}
            removal={remove}
          />
        </div>
      )}
    </li>
  );
}
