import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { hasPages, More } from "@/components/more";
import { Empty, Failure, Loading } from "@/components/ui/states";
import { chunksQuery, type Document } from "../hooks/documents";

/** The passages of a document, read when somebody asks for them: who reads is on record. */
export function Chunks({ document, projectId }: { document: Document; projectId: string }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary className="text-sm">{t("document.readChunks")}</summary>
      {opened && <Pages document={document} projectId={projectId} />}
    </details>
  );
}

function Pages({ document, projectId }: { document: Document; projectId: string }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(chunksQuery(projectId, document));
  const failure = list.error && (
    <Failure
      failure={list.error}
      retry={() => void (list.data ? list.fetchNextPage() : list.refetch())}
      className="mt-2"
    />
  );
  if (!list.data) return failure ?? <Loading className="mt-2" />;
  const chunks = list.data.pages.flatMap((page) => page.chunks);
  if (chunks.length === 0) {
    return <Empty title={t("document.noChunks")}>{t("document.noChunksHint")}</Empty>;
  }
  return (
    <div className="mt-2 flex flex-col gap-3">
      <ol aria-label={t("document.chunkList")} className="flex flex-col gap-3">
        {chunks.map((chunk) => (
          <li key={chunk.chunk_id}>
            <p className="text-quiet text-sm">
              {[
                t("document.chunk", { number: chunk.position + 1 }),
                ...(chunk.page == null ? [] : [t("document.page", { page: chunk.page })]),
                ...(chunk.headings.length > 0 ? [chunk.headings.join(" › ")] : []),
              ].join(" · ")}
            </p>
            <blockquote className="whitespace-pre-line break-words border-line border-l-3 pl-3">
              {chunk.chunk_text}
            </blockquote>
          </li>
        ))}
      </ol>
      {failure}
      {hasPages(list) && (
        <More list={list} loaded={chunks.length} total={list.data.pages[0]?.total ?? 0} />
      )}
    </div>
  );
}
