import { Pencil } from "lucide-react";
import { type Ref, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useSession } from "@/app/session";
import { ConfirmDelete } from "@/components/confirm-delete";
import { Button } from "@/components/ui/button";
import type { Project } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { useDeleteComment, useEdit } from "../hooks/comments";
import { textParts } from "../hooks/mentions";
import type { Comment } from "../hooks/threads";
import { Avatar, useNameOf } from "./avatar";
import { Composer } from "./composer";

type Props = { project: Project; comment: Comment; hasReplies?: boolean };

/** The button that opened a field has the focus again when that closes. */
export function useReturn(isOpen: boolean) {
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return button;
}

/** One comment as it was written: a text, whatever is in it. */
export function CommentItem({ project, comment, hasReplies = false }: Props) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const [isEditing, setEditing] = useState(false);
  const again = useReturn(isEditing);
  const name = nameOf(comment.author);
  return (
    <article aria-label={t("comment.by", { name })} className="flex gap-3">
      <Avatar name={comment.author.name} className="mt-0.5" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <Head comment={comment} name={name} />
        {comment.deleted_at || comment.text == null ? (
          <p className="text-quiet italic">{t("comment.gone")}</p>
        ) : isEditing ? (
          <Edit project={project} comment={comment} close={() => setEditing(false)} />
        ) : (
          <Text text={comment.text} mentions={comment.mentions} />
        )}
        {!isEditing && !comment.isDraft && comment.text != null && (
          <Actions
            project={project}
            comment={comment}
            hasReplies={hasReplies}
            again={again}
            onEdit={() => setEditing(true)}
          />
        )}
      </div>
    </article>
  );
}

function Head({ comment, name }: { comment: Comment; name: string }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
      <span className="font-medium">{name}</span>
      <span className="text-quiet">
        {comment.isDraft ? (
          t("comment.sending")
        ) : (
          <time dateTime={comment.created_at}>{moment(comment.created_at)}</time>
        )}
        {comment.edited_at && comment.text != null && ` · ${t("comment.edited")}`}
      </span>
    </p>
  );
}

function Text({ text, mentions }: { text: string; mentions: Comment["mentions"] }) {
  return (
    <p className="whitespace-pre-line break-words">
      {textParts(text, mentions).map(({ text: part, isMention }, index) =>
        isMention ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, in its order
          <span key={index} className="font-medium text-accent">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </p>
  );
}

function Actions({
  project,
  comment,
  hasReplies,
  again,
  onEdit,
}: Props & { hasReplies: boolean; again: Ref<HTMLButtonElement>; onEdit: () => void }) {
  const { t } = useTranslation();
  const self = useSession()?.user.id;
  const remove = useDeleteComment(comment, hasReplies);
  const isOwn = comment.author.id === self;
  const mayEdit = isOwn && may(project.role, "editor");
  if (!mayEdit && !may(project.role, "admin")) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {mayEdit && (
        <Button ref={again} small look="quiet" onClick={onEdit}>
          <Pencil aria-hidden className="size-3.5" />
          {t("action.edit")}
        </Button>
      )}
      <ConfirmDelete
        title={t("comment.delete")}
        question={t(hasReplies ? "comment.deleteAskReplies" : "comment.deleteAsk")}
        removal={remove}
      />
    </div>
  );
}

function Edit({ project, comment, close }: Props & { close: () => void }) {
  const { t } = useTranslation();
  const edit = useEdit(comment);
  const initial = useMemo(
    () => ({ text: comment.text ?? "", mentions: comment.mentions, key: "" }),
    [comment],
  );
  return (
    <Composer
      isEdit
      focused
      projectId={project.id}
      place={`comment.edit.${comment.id}`}
      initial={initial}
      label={t("comment.edit")}
      send={t("action.save")}
      write={edit}
      onSent={close}
      onCancel={close}
    />
  );
}
