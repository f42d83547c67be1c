import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useTitle } from "@/app/title";
import { hasPages, More } from "@/components/more";
import { Empty, Failure, Loading, Note } from "@/components/ui/states";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { DocumentCard } from "./components/document-card";
import { UploadDocument } from "./components/upload";
import { documentsQuery } from "./hooks/documents";

export function Documents() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.documents"), project?.name);
  return project && <Content project={project} />;
}

function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = documentsQuery(project.id);
  const list = useInfiniteQuery(query);
  const { error, refetch } = list;
  const data = list.data?.pages.flatMap((page) => page.documents);
  const own = data?.filter((document) => document.project_id === project.id) ?? [];
  const others = data?.filter((document) => document.project_id !== project.id) ?? [];
  const refresh = () => void client.invalidateQueries({ queryKey: query.queryKey });
  const { document: wanted } = useSearch({ from: "/shell/projects/$projectId/documents" });
  const isThere = data?.some((document) => document.id === wanted) ?? false;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (!wanted) return;
    if (isThere) {
      const card = document.getElementById(`document-${wanted}`);
      card?.scrollIntoView({ block: "center" });
      card?.focus();
    } else if (hasNextPage && !isFetchingNextPage) {
      void fetchNextPage();
    }
  }, [wanted, isThere, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <div className="flex max-w-4xl flex-col gap-5">
      <h1 className="font-semibold text-2xl">{t("nav.documents")}</h1>
      {may(project.role, "editor") && <UploadDocument projectId={project.id} />}
      {wanted && data && !isThere && !hasNextPage && <Note>{t("document.gone")}</Note>}
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.length === 0 ? (
        <Empty title={t("document.none")}>{t("document.noneHint")}</Empty>
      ) : (
        <>
          <ul className="flex flex-col gap-3">
            {own.map((document) => (
              <DocumentCard
                key={document.id}
                document={document}
                project={project}
                onEnd={refresh}
                marked={document.id === wanted}
              />
            ))}
          </ul>
          {others.length > 0 && (
            <section className="flex flex-col gap-3">
              <h2 className="font-semibold text-lg">{t("document.others")}</h2>
              <ul className="flex flex-col gap-3">
                {others.map((document) => (
                  <DocumentCard
                    key={document.id}
                    document={document}
                    project={project}
                    marked={document.id === wanted}
                  />
                ))}
              </ul>
            </section>
          )}
          {hasPages(list) && (
            <More list={list} loaded={data.length} total={list.data?.pages[0]?.total ?? 0} />
          )}
        </>
      )}
    </div>
  );
}
