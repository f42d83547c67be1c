import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { useTranslation } from "react-i18next";
import { useTitle } from "@/app/title";
import { hasPages, More } from "@/components/more";
import { PageFailure } from "@/components/page-failure";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/field";
import { Badge, Empty, Failure, Loading } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import { Avatar, useNameOf } from "./components/avatar";
import { threadQuery } from "./hooks/comments";
import { type InboxEntry, inboxQuery, unreadQuery, useMarkRead } from "./hooks/inbox";
import { placeOf } from "./hooks/places";

export function Inbox() {
  const { t } = useTranslation();
  useTitle(t("inbox.title"));
  const { comment } = useSearch({ from: "/shell/inbox" });
  return (
    <div className="mx-auto w-full max-w-3xl px-5 py-7">
      {comment ? <ToThread commentId={comment} /> : <Content />}
    </div>
  );
}

/** Where an e-mail leads: the thread of the comment that it was about. */
function ToThread({ commentId }: { commentId: string }) {
  const { data, error, refetch } = useQuery(threadQuery(commentId));
  if (error) return <PageFailure failure={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const { project_id, subject } = data.comment;
  return <Navigate replace {...placeOf(project_id, subject, commentId)} />;
}

function Content() {
  const { t } = useTranslation();
  const { unread: onlyUnread = false } = useSearch({ from: "/shell/inbox" });
  const navigate = useNavigate({ from: "/inbox" });
  const list = useInfiniteQuery(inboxQuery(onlyUnread));
  const { data: count } = useQuery(unreadQuery);
  const read = useMarkRead();
  const entries = list.data?.pages.flatMap((page) => page.entries);
  const [newest] = entries ?? [];
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="font-semibold text-2xl">{t("inbox.title")}</h1>
        {newest && count !== undefined && count.unread > 0 && (
          <Button busy={read.isPending} onClick={() => read.mutate({ up_to: newest.id })}>
            {t("inbox.readAll")}
          </Button>
        )}
      </div>
      <Checkbox
        label={t("inbox.onlyUnread")}
        checked={onlyUnread}
        onChange={(event) =>
          void navigate({ replace: true, search: { unread: event.target.checked || undefined } })
        }
      />
      <Failure failure={read.error} />
      {list.error ? (
        <Failure failure={list.error} retry={() => void list.refetch()} />
      ) : !entries ? (
        <Loading />
      ) : entries.length === 0 ? (
        <Empty title={t(onlyUnread ? "inbox.noneNew" : "inbox.none")}>{t("inbox.noneHint")}</Empty>
      ) : (
        <>
          <ul aria-label={t("inbox.title")} className="card divide-y divide-line">
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} read={(one) => read.mutate({ one })} />
            ))}
          </ul>
          {hasPages(list) && (
            <More list={list} loaded={entries.length} total={list.data?.pages[0]?.total ?? 0} />
          )}
        </>
      )}
    </div>
  );
}

function Entry({ entry, read }: { entry: InboxEntry; read: (id: string) => void }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const nameOf = useNameOf();
  const isNew = entry.read_at == null;
  const markRead = () => {
    if (isNew) read(entry.id);
  };
  return (
    <li
      className={clsx("flex flex-wrap items-start gap-3 px-5 py-3.5", isNew && "bg-accent-soft/40")}
    >
      <Avatar name={entry.actor.name} className="mt-0.5" />
      <div className="flex min-w-0 flex-1 basis-60 flex-col gap-0.5">
        <h2 className={clsx("break-words", isNew && "font-semibold")}>
          <EntryLink entry={entry} onFollow={markRead}>
            {t(`inbox.kind.${entry.kind}`, { name: nameOf(entry.actor), task: entry.task?.title })}
          </EntryLink>
        </h2>
        {entry.comment?.excerpt && (
          <p className="line-clamp-2 break-words text-quiet">
            {t("state.quoted", { text: entry.comment.excerpt })}
          </p>
        )}
        <p className="text-quiet text-sm">
          {entry.project.name}
          {entry.subject && ` · ${t(`subject.kind.${entry.subject.kind}`)}`} ·{" "}
          {moment(entry.created_at)}
        </p>
      </div>
      {isNew && (
        <span className="flex items-center gap-2">
          <Badge tone="accent">{t("inbox.new")}</Badge>
          <Button small look="quiet" onClick={markRead}>
            {t("inbox.read")}
          </Button>
        </span>
      )}
    </li>
  );
}

/** To the thread, or to the tasks of the project. */
function EntryLink({
  entry,
  onFollow,
  children,
}: {
  entry: InboxEntry;
  onFollow: () => void;
  children: React.ReactNode;
}) {
  const className = "text-accent hover:underline";
  if (entry.comment && entry.subject) {
    const place = placeOf(entry.project.id, entry.subject, entry.comment.id);
    return (
      <Link {...place} onClick={onFollow} className={className}>
        {children}
      </Link>
    );
  }
  return (
    <Link
      to="/projects/$projectId/tasks"
      params={{ projectId: entry.project.id }}
      search={{ assignee: "me" }}
      onClick={onFollow}
      className={className}
    >
      {children}
    </Link>
  );
}
