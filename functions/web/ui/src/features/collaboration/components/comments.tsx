import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError } from "@/api/problem";
import { may } from "@/app/access";
import { useSession } from "@/app/session";
import { hasPages, More } from "@/components/more";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { Empty, Failure, Loading, Note } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { countsQuery, threadQuery, threadsQuery, useWrite } from "../hooks/comments";
import { presenceQuery } from "../hooks/presence";
import type { SubjectRef } from "../hooks/stream";
import { FILTERS, type Filter } from "../hooks/threads";
import { useNameOf } from "./avatar";
import { Composer } from "./composer";
import { ThreadCard } from "./thread-card";

type Props = { project: Project; subject: SubjectRef };

/** What the members say to each other about a person, a focus group or a survey. */
export function Comments({ project, subject }: Props) {
  const { t } = useTranslation();
  const { thread: chosen, filter, choose } = useThreadSearch();
  const write = useWrite(project.id, subject);
  const list = useInfiniteQuery(threadsQuery(project.id, subject, filter));
  const threads = list.data?.pages.flatMap((page) => page.threads);
  const { data: above } = useQuery({ ...threadQuery(chosen ?? ""), enabled: Boolean(chosen) });
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      {may(project.role, "editor") && (
        <Composer
          key={subject.id}
          projectId={project.id}
          place={`comment.${subject.id}`}
          label={t("comment.write")}
          send={t("comment.send")}
          write={write}
        />
      )}
      {chosen && (
        <Chosen
          project={project}
          commentId={chosen}
          onClose={() => choose({ thread: undefined })}
        />
      )}
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div className="w-44">
          <Select
            label={t("comment.show")}
            value={filter}
            onChange={(event) => choose({ threads: event.target.value })}
          >
            {FILTERS.map((known) => (
              <option key={known} value={known}>
                {t(`comment.filter.${known}`)}
              </option>
            ))}
          </Select>
        </div>
        <Watchers projectId={project.id} subject={subject} />
      </div>
      {list.error ? (
        <Failure failure={list.error} retry={() => void list.refetch()} />
      ) : !threads ? (
        <Loading lines={3} />
      ) : threads.length === 0 ? (
        <Nothing filter={filter} mayWrite={may(project.role, "editor")} />
      ) : (
        threads
          .filter(({ comment }) => !chosen || comment.id !== above?.comment.id)
          .map((thread) => <ThreadCard key={thread.comment.id} project={project} thread={thread} />)
      )}
      {threads && hasPages(list) && (
        <More list={list} loaded={threads.length} total={list.data?.pages[0]?.total ?? 0} />
      )}
    </div>
  );
}

function Nothing({ filter, mayWrite }: { filter: Filter; mayWrite: boolean }) {
  const { t } = useTranslation();
  if (filter === "resolved") {
    return <Empty title={t("comment.noneResolved")}>{t("comment.noneResolvedHint")}</Empty>;
  }
  return (
    <Empty title={t(filter === "open" ? "comment.noneOpen" : "comment.none")}>
      {t(mayWrite ? "comment.noneHint" : "comment.noneViewer")}
    </Empty>
  );
}

/** The thread that somebody came here for, whichever page it is on and whether it is settled or not. */
function Chosen({
  project,
  commentId,
  onClose,
}: {
  project: Project;
  commentId: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(threadQuery(commentId));
  const card = useRef<HTMLDivElement>(null);
  const isThere = data !== undefined;
  useEffect(() => {
    if (!isThere) return;
    card.current?.scrollIntoView({ block: "center" });
    card.current?.focus();
  }, [isThere]);
  const isGone = error instanceof ProblemError && error.status === 404;
  return (
    <div className="flex flex-col gap-2">
      {isGone ? (
        <Note>{t("comment.threadGone")}</Note>
      ) : error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading lines={2} />
      ) : (
        <ThreadCard marked ref={card} project={project} thread={data} />
      )}
      <Button small look="quiet" className="self-end" onClick={onClose}>
        {t("comment.backToAll")}
      </Button>
    </div>
  );
}

/** Who else looks at the same thing now. */
function Watchers({ projectId, subject }: { projectId: string; subject: SubjectRef }) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const self = useSession()?.user.id;
  const { data } = useQuery(presenceQuery(projectId));
  const names = (data?.people ?? [])
    .filter(({ id, looks_at }) => id !== self && looks_at.some((at) => at.id === subject.id))
    .map(nameOf);
  return (
    <p role="status" className="text-quiet text-sm">
      {names.length > 0 && t("comment.alsoHere", { names: names.join(", "), count: names.length })}
    </p>
  );
}

/** The tab of the comments, with how many threads are open. */
export function CommentsLabel({ projectId, subject }: { projectId: string; subject: SubjectRef }) {
  const { t } = useTranslation();
  const { data } = useQuery(countsQuery(projectId));
  const open = data?.find((count) => count.subject.id === subject.id)?.open_threads ?? 0;
  return open > 0 ? t("comment.titleOpen", { count: open }) : t("comment.title");
}

/** The filter and the chosen thread live in the address of whatever screen shows the comments. */
function useThreadSearch() {
  const { thread, threads } = useSearch({ strict: false });
  const navigate = useNavigate();
  return {
    thread,
    filter: FILTERS.find((known) => known === threads) ?? "open",
    choose: (change: { thread?: string; threads?: string }) =>
      void navigate({
        to: ".",
        replace: true,
        search: (was: object) => ({ ...was, ...change }),
      }),
  };
}
