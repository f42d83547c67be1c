import { AtSign } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDraft } from "@/app/draft";
import { Button } from "@/components/ui/button";
import { fieldError, TextArea } from "@/components/ui/field";
import { Failure } from "@/components/ui/states";
import type { PersonRef, Written } from "../hooks/comments";
import { beginsMention, mentionOf, stillNamed } from "../hooks/mentions";
import { MentionPicker } from "./mention-picker";

export const LONGEST_COMMENT = 4_000;

type Draft = { text: string; mentions: PersonRef[]; key: string };
export const NOTHING: Draft = { text: "", mentions: [], key: "" };

type Props = {
  projectId: string;
  /** Under which this browser keeps what is written until it is sent. */
  place: string;
  /** What there is to begin with; the same value each time. */
  initial?: Draft;
  label: string;
  send: string;
  write: {
    error: unknown;
    isPending: boolean;
    mutate: (written: Written, options: { onSuccess: () => void }) => void;
  };
  onSent?: () => void;
  onCancel?: () => void;
  /** Somebody has just asked for this field. */
  focused?: boolean;
  /** It changes a comment that is there, and so is not shown beside it. */
  isEdit?: boolean;
};

/** Where a comment is written: kept until it is sent, and shown as sent at once. */
export function Composer({ projectId, place, initial = NOTHING, label, send, ...of }: Props) {
  const { t } = useTranslation();
  const { write, onSent, onCancel, focused, isEdit } = of;
  const [draft, set, clear] = useDraft(place, initial);
  const area = useRef<HTMLTextAreaElement>(null);
  const mention = useMention(area, draft, set);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = draft.text.trim();
    if (text === "" || write.isPending) return;
    const key = draft.key || crypto.randomUUID();
    set((before) => ({ ...before, key }));
    mention.close();
    const done = () => {
      clear();
      onSent?.();
    };
    write.mutate({ key, text, mentions: stillNamed(text, draft.mentions) }, { onSuccess: done });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
  };
  const failure = fieldError(write.error, "text") ?? fieldError(write.error, "mentions");
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <TextArea
        ref={area}
        label={label}
        rows={2}
        maxLength={LONGEST_COMMENT}
        // what is on its way stands among the comments already
        value={write.isPending && !isEdit ? "" : draft.text}
        readOnly={write.isPending}
        autoFocus={focused}
        error={failure}
        onKeyDown={press}
        onChange={(event) => {
          const { value, selectionStart } = event.target;
          const isLonger = value.length > draft.text.length;
          // another text is another comment: it has another key
          set((before) => ({ ...before, text: value, key: "" }));
          if (isLonger && beginsMention(value, selectionStart)) mention.begin(selectionStart);
        }}
      />
      {mention.isOpen && (
        <MentionPicker projectId={projectId} onPick={mention.pick} onLeave={mention.leave} />
      )}
      {!failure && <Failure failure={write.error} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button small look="quiet" disabled={write.isPending} onClick={mention.ask}>
          <AtSign aria-hidden className="size-4" />
          {t("comment.mention")}
        </Button>
        <span className="ml-auto flex gap-2">
          {onCancel && (
            <Button
              small
              onClick={() => {
                clear();
                onCancel();
              }}
            >
              {t("action.cancel")}
            </Button>
          )}
          <Button
            type="submit"
            small
            look="primary"
            busy={write.isPending}
            disabled={draft.text.trim() === ""}
          >
            {send}
          </Button>
        </span>
      </div>
    </form>
  );
}

/** Naming somebody in a text: where the mention begins, and where the writing goes on after it. */
function useMention(
  area: React.RefObject<HTMLTextAreaElement | null>,
  draft: Draft,
  set: (next: (before: Draft) => Draft) => void,
) {
  const [after, setAfter] = useState<number | null>(null);
  const [caret, setCaret] = useState<number | null>(null);
  useLayoutEffect(() => {
    if (caret === null) return;
    area.current?.focus();
    area.current?.setSelectionRange(caret, caret);
    setCaret(null);
  }, [caret, area]);
  const insert = (words: string, person?: PersonRef) => {
    const at = Math.min(after ?? draft.text.length, draft.text.length);
    set((before) => ({
      key: "",
      text: before.text.slice(0, at) + words + before.text.slice(at),
      mentions: person ? [...before.mentions, person] : before.mentions,
    }));
    setAfter(null);
    setCaret(at + words.length);
  };
  return {
    isOpen: after !== null,
    begin: setAfter,
    close: () => setAfter(null),
    /** By the button: the @ is put where the writing stands. */
    ask: () => {
      const at = area.current?.selectionStart ?? draft.text.length;
      const mark = at === 0 || /[\s(]/.test(draft.text[at - 1] ?? "") ? "@" : " @";
      set((before) => ({
        ...before,
        key: "",
        text: before.text.slice(0, at) + mark + before.text.slice(at),
      }));
      setAfter(at + mark.length);
    },
    // the @ stands there already
    pick: (person: PersonRef) => insert(`${mentionOf(person).slice(1)} `, person),
    leave: (typed: string) => insert(typed),
  };
}
