import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { Failure } from "@/components/ui/states";
import { membersQuery } from "@/features/member/hooks/members";
import type { PersonRef } from "../hooks/comments";
import { found } from "../hooks/mentions";
import { Avatar } from "./avatar";

/** More would not be read; typing narrows them. */
const MOST = 6;

type Props = {
  projectId: string;
  onPick: (person: PersonRef) => void;
  /** Back to the text without a mention, with what was typed to find somebody. */
  onLeave: (typed: string) => void;
};

/** Members of the project to choose one from: a combobox, so that a keyboard and a reader know their way. */
export function MentionPicker({ projectId, onPick, onLeave }: Props) {
  const { t } = useTranslation();
  const self = useSession()?.user.id;
  const { data, error } = useQuery(membersQuery(projectId));
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const others = (data ?? []).filter(
    (member) => member.has_access && member.account_id !== self && member.full_name !== "",
  );
  const shown = found(others, words).slice(0, MOST);
  const current = shown[Math.min(at, shown.length - 1)];
  const pick = (member: typeof current) =>
    member && onPick({ id: member.account_id, name: member.full_name });
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, shown.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter" || (event.key === "Tab" && current)) pick(current);
    else if (event.key === "Escape") onLeave(words);
    else if (event.key === "Backspace" && words === "") onLeave("");
    else return;
    // Escape closes this list alone, and Enter sends nothing
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="rounded-card border border-line bg-raised p-2 shadow-lg">
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-expanded={shown.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={current ? `${list}-${current.account_id}` : undefined}
        aria-label={t("comment.mentionWhom")}
        placeholder={t("comment.mentionWhom")}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
        className="h-9 w-full rounded-lg border border-line-strong bg-surface px-3 placeholder:text-quiet"
      />
      <Failure failure={error} className="mt-2" />
      <div id={list} role="listbox" aria-label={t("comment.mentionWhom")} className="mt-1">
        {shown.map((member) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus, as the pattern has it
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={member.account_id}
            id={`${list}-${member.account_id}`}
            role="option"
            aria-selected={member === current}
            // the field would lose the focus before the click
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => pick(member)}
            className={clsx(
              "flex cursor-pointer items-center gap-2.5 rounded-lg px-2 py-1.5",
              member === current ? "bg-accent-soft" : "hover:bg-sunken",
            )}
          >
            <Avatar name={member.full_name} />
            <span className="min-w-0 flex-1 truncate">{member.full_name}</span>
          </div>
        ))}
      </div>
      {data && shown.length === 0 && (
        <p role="status" className="px-2 py-1.5 text-quiet text-sm">
          {t(others.length === 0 ? "comment.nobodyElse" : "comment.nobodyFound")}
        </p>
      )}
    </div>
  );
}
