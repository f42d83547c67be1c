import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { CheckCheck, MessageSquareReply, RotateCcw } from "lucide-react";
import { type Ref, useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { Button } from "@/components/ui/button";
import { Badge, Failure } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { threadQuery, useResolve, useWrite } from "../hooks/comments";
import type { Thread } from "../hooks/threads";
import { useNameOf } from "./avatar";
import { CommentItem, useReturn } from "./comment-item";
import { Composer } from "./composer";

type Props = { project: Project; thread: Thread };

/** A comment with what was replied to it, and whether it is settled. */
export function ThreadCard({
  project,
  thread,
  marked,
  ref,
}: Props & { marked?: boolean; ref?: Ref<HTMLDivElement> }) {
  const { t } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const earlier = thread.reply_count - thread.replies.length;
  const whole = useQuery({ ...threadQuery(thread.comment.id), enabled: isWhole && earlier > 0 });
  const replies = (earlier > 0 && whole.data?.replies) || thread.replies;
  return (
    <div
      ref={ref}
      tabIndex={-1}
      className={clsx("card flex flex-col gap-4 px-4 py-3.5", marked && "ring-2 ring-accent")}
    >
      <Resolved thread={thread} />
      <CommentItem project={project} comment={thread.comment} hasReplies={thread.reply_count > 0} />
      {(thread.reply_count > 0 || replies.length > 0) && (
        <div className="ml-3 flex flex-col gap-4 border-line border-l pl-4">
          {replies.length < thread.reply_count && (
            <Button
              small
              look="quiet"
              className="self-start"
              busy={whole.isFetching}
              onClick={() => setWhole(true)}
            >
              {t("comment.earlier", { count: earlier })}
            </Button>
          )}
          <Failure failure={whole.error} retry={() => void whole.refetch()} />
          {replies.map((reply) => (
            <CommentItem key={reply.id} project={project} comment={reply} />
          ))}
        </div>
      )}
      {may(project.role, "editor") && !thread.comment.isDraft && (
        <Answer project={project} thread={thread} />
      )}
    </div>
  );
}

function Resolved({ thread: { comment } }: { thread: Thread }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const nameOf = useNameOf();
  if (!comment.resolved_at) return null;
  return (
    <p className="flex flex-wrap items-center gap-2 text-quiet text-sm">
      <Badge tone="good">{t("comment.resolved")}</Badge>
      {comment.resolved_by &&
        t("comment.resolvedBy", {
          name: nameOf(comment.resolved_by),
          when: moment(comment.resolved_at),
        })}
    </p>
  );
}

/** What an editor does with a thread: replies, settles it, opens it again. */
function Answer({ project, thread }: Props) {
  const { t } = useTranslation();
  const { comment } = thread;
  const [isReplying, setReplying] = useState(false);
  const again = useReturn(isReplying);
  const write = useWrite(project.id, comment.subject, comment.id);
  const resolve = useResolve(thread);
  const isResolved = Boolean(comment.resolved_at);
  return (
    <div className="flex flex-col gap-2">
      {isReplying && (
        <Composer
          focused
          projectId={project.id}
          place={`comment.reply.${comment.id}`}
          label={t("comment.reply")}
          send={t("comment.send")}
          write={write}
          onSent={() => setReplying(false)}
          onCancel={() => setReplying(false)}
        />
      )}
      <Failure failure={resolve.error} />
      {!isReplying && (
        <div className="flex flex-wrap gap-2">
          <Button ref={again} small onClick={() => setReplying(true)}>
            <MessageSquareReply aria-hidden className="size-4" />
            {t("comment.reply")}
          </Button>
          <Button
            small
            look="quiet"
            busy={resolve.isPending}
            onClick={() => resolve.mutate(!isResolved)}
          >
            {isResolved ? (
              <RotateCcw aria-hidden className="size-4" />
            ) : (
              <CheckCheck aria-hidden className="size-4" />
            )}
            {t(isResolved ? "comment.reopen" : "comment.resolve")}
          </Button>
        </div>
      )}
    </div>
  );
}
